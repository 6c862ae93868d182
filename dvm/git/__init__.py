"""git between host and guest: addresses of repositories, what comes from a guest's git, and where it goes."""
