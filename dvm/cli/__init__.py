"""The command line: one file a command. Here alone the parts are wired together."""
