"""What `dvm fetch` brought, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.git.branches import MOST_COUNTED, Branch, Move, first_new
from dvm.text import visible
from dvm.views.styles import PLAIN, Ink, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.git.address import Address
    from dvm.git.branches import Arrival

_DIGITS = 10
_MOST_LISTED = MOST_COUNTED


def render_arrival(arrival: Arrival, there: Address, *, ink: Ink = PLAIN) -> str:
    """Return what came, branch by branch, and how to look at it. Ends with a newline."""
    return "".join(f"{line}\n" for line in _lines(arrival, there, ink))


def _lines(arrival: Arrival, there: Address, ink: Ink) -> Iterator[str]:
    yield ink.bold(f"vm.{there.vm}, {visible(there.path)}: branches into refs/remotes/{there.vm}/")
    told = [each for each in arrival.branches if each.move is not Move.SAME]
    for branch in told[:_MOST_LISTED]:
        mark = f"  {branch.move:<8} {there.vm}/{visible(branch.name)}  {_what(branch)}"
        yield ink.yellow(mark) if branch.move in {Move.FORCED, Move.GONE, Move.DELETED} else mark
    if len(told) > _MOST_LISTED:
        yield f"  … and {len(told) - _MOST_LISTED} more"
    for name, why in list(arrival.left_out.items())[:_MOST_LISTED]:
        yield ink.yellow(f"  {'left out':<8} {visible(name)}: {why}")
    if len(arrival.left_out) > _MOST_LISTED:
        yield f"  … and {len(arrival.left_out) - _MOST_LISTED} more"
    if not told and not arrival.left_out:
        yield "  Nothing new." if arrival.branches else "  The repository has no branches."
    commits, files = (
        plural(arrival.objects.get(kind, 0), noun) for kind, noun in (("commit", "commit"), ("blob", "file"))
    )
    yield f"Received {commits}, {files}, {_bytes(arrival.size)}. git checked each object; nothing is checked out."
    new = first_new(told)
    if new is not None:
        # A branch or a tag of the user's would win over the short name.
        name = f"refs/remotes/{there.vm}/{visible(new.name)}"
        look = f"diff --no-ext-diff --no-textconv HEAD...{name}"
        alone = f"log -p --no-ext-diff --no-textconv --no-show-signature {name}"
        yield f"Look first: git {look if arrival.base else alone}"


def _what(branch: Branch) -> str:
    before, after = branch.before[:_DIGITS], branch.after[:_DIGITS]
    commits = "" if branch.commits is None else plural(branch.commits, "new commit")
    match branch.move:
        case Move.NEW:
            return f"{after}  {commits}"
        case Move.MOVED:
            return f"{before} -> {after}  {commits}"
        case Move.FORCED:
            return f"{before} -> {after}  {commits}, {plural(branch.left, 'commit')} no longer in it"
        case Move.DELETED:
            return f"was {before}"
        case Move.GONE:
            return f"{before}  not in the guest any more; kept here, --prune deletes it"
        case Move.SAME:
            return after


def _bytes(count: int) -> str:
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
