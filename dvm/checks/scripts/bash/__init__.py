"""Bash as a tree: the grammar of setup scripts, read exactly or refused."""

from dvm.checks.scripts.bash.parser import parse
from dvm.checks.scripts.bash.words import BashSyntaxError

__all__ = ["BashSyntaxError", "parse"]
