"""DVM's own ssh connection to a guest: its options, its host key, its shared connection, and what runs through it."""
