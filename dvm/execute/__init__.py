"""Carrying out an approved plan, and nothing else."""
