"""How plans, checks, progress and errors look, to people and to programs. Views decide nothing."""
