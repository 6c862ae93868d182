"""Receipts on disk: `dvm.json` in the instance's own directory, written whole or not at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import msgspec

from dvm.model.receipt import FORMAT, OF_ANOTHER_DVM, OTHERS_MAY_WRITE, RECEIPT_FILE, Receipt
from dvm.model.table import decoder
from dvm.text import visible

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.lima.home import Home

# Each script's text is in it, so that a plan can show what changed.
_MAX_BYTES = 64 << 20


class _Said(msgspec.Struct):
    format_version: str


_RECEIPTS, _SAID = decoder(Receipt), decoder(_Said)


def read_receipt(home: Home, directory: Path, instance: str) -> tuple[Receipt | None, str]:
    """Return the receipt in an instance's directory, and why a file of that name is not believed.

    `(None, "")`: there is none.
    """
    try:
        content = _read(home, directory / RECEIPT_FILE)
    except FileNotFoundError:
        return None, ""
    except (OSError, _DoubtfulError) as error:
        return None, f"{RECEIPT_FILE} can't be used: {getattr(error, 'strerror', None) or error}"
    try:
        receipt = _RECEIPTS.decode(content)
    except (ValueError, RecursionError) as error:
        return None, _of_another_dvm(content, str(error)) or f"{RECEIPT_FILE} is damaged: {visible(str(error))}"
    if receipt.instance != instance:
        return (
            None,
            f"{RECEIPT_FILE} is that of {receipt.instance}: the instance was cloned or renamed by hand",
        )
    return receipt, ""


def write_receipt(home: Home, directory: Path, receipt: Receipt) -> None:
    """Write the receipt into an instance's directory, mode 0600.

    Raises:
        OSError: it could not be written; what was there before is still there, whole.
    """
    text = msgspec.json.format(msgspec.json.encode(receipt), indent=1) + b"\n"
    home.write(directory / RECEIPT_FILE, text)


def _of_another_dvm(content: bytes, problem: str) -> str:
    """Return what a receipt has that this DVM does not know, so that nobody takes it for rubbish; empty: nothing."""
    try:
        said = _SAID.decode(content).format_version
    except (ValueError, RecursionError):
        return ""
    if said == FORMAT:
        unknown = problem.startswith("Object contains unknown field")
        return f"{RECEIPT_FILE} has a key that this DVM does not know: {OF_ANOTHER_DVM}" if unknown else ""
    return f"{RECEIPT_FILE} has format {visible(said[:20])}, this DVM reads {FORMAT}: {OF_ANOTHER_DVM}"


class _DoubtfulError(Exception):
    pass


def _read(home: Home, path: Path) -> bytes:
    content, facts = home.read(path, _MAX_BYTES + 1)
    if not stat.S_ISREG(facts.st_mode):
        raise _DoubtfulError("it is not a regular file")
    if facts.st_uid != os.geteuid():
        raise _DoubtfulError("another user owns it")
    if facts.st_mode & 0o022:
        raise _DoubtfulError(OTHERS_MAY_WRITE)
    if len(content) > _MAX_BYTES:
        raise _DoubtfulError("it is larger than any receipt")
    return content
