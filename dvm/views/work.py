"""The repositories in a guest, as the guest says: for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dvm.lima.work import Repository


def work_json(repositories: Sequence[Repository]) -> dict[str, Any]:
    """Return the value of `work` in `dvm status --json`."""
    return {
        "voucher": "guest",
        "error": None,
        "repositories": [
            {
                "path": each.path,
                "branch": each.branch or None,
                "upstream": each.upstream or None,
                "ahead": each.ahead,
                "behind": each.behind,
                "changed": each.changed,
                "stashed": each.stashed,
            }
            for each in repositories
        ],
    }


def unknown_work(why: str) -> dict[str, Any]:
    """Return the same where the guest could not be asked."""
    return {"voucher": None, "error": why, "repositories": []}


def work_lines(work: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines for people, without indent."""
    if work["error"]:
        yield f"not known: {visible(work['error'])}"
        return
    if not work["repositories"]:
        yield "no git repository in the code directory (the guest's word)"
    for each in work["repositories"]:
        yield f"{visible(each['path'])}: {', '.join(_facts(each))} (the guest's word)"


def _facts(repository: Mapping[str, Any]) -> Iterator[str]:
    yield visible(repository["branch"] or "no branch")
    if repository["upstream"] is None:
        yield "no upstream"
    elif repository["ahead"] is None:
        yield f"{visible(repository['upstream'])} is gone"
    else:
        yield f"{repository['ahead']} ahead and {repository['behind']} behind {visible(repository['upstream'])}"
    changed, stashed = repository["changed"], repository["stashed"]
    yield f"{changed} changed {'file' if changed == 1 else 'files'}" if changed else "clean"
    if stashed:
        yield f"{stashed} {'stash' if stashed == 1 else 'stashes'}"
