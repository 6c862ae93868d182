"""The commands that talk to a guest: who may enter, and what goes in and out."""
