"""The manifest on disk: where it is, what is wrong with it, and what it says."""
