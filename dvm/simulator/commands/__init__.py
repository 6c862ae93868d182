"""The commands, a file each, named as the command is. Each has `run`, which gets the call and returns the
exit code.
"""
