"""The command line itself: options, help, completion, and what is typed by habit of another program."""
