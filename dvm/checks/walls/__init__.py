"""The walls around a VM that runs: what was seen from both sides, held against what is promised."""
