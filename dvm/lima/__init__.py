"""Talking to Lima: the one place that starts processes, and the words limactl understands."""
