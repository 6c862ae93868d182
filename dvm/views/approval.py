"""The question before an apply."""

from __future__ import annotations

PROMPT = """
Do you want to perform these actions?
  DVM will do what is described above.
  Only 'yes' will be accepted to approve.

  Enter a value: """

ACCEPTED = "yes"


def approves(answer: str) -> bool:
    """Return whether `answer`, as read from the terminal, is an approval: the one word, and nothing like it."""
    return answer.strip("\r\n ") == ACCEPTED
