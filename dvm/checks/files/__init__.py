"""DVM1xx: whether the files that say what to run can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.checks.files import (
    broken_link,
    changed_since_shown,
    not_a_regular_file,
    not_reviewed,
    pinned_digest_differs,
    template_source,
    unpinned_image,
    unreadable_content,
    unsafe_directory,
    untrusted_limactl,
    writable_by_others,
    wrong_owner,
)
from dvm.model.evidence import Role

if TYPE_CHECKING:
    from dvm.checks.base import Check
    from dvm.checks.subjects import FileSubject
    from dvm.model.check import CheckResult

_OF_TEXTS: tuple[Check[FileSubject], ...] = (
    wrong_owner.CHECK,
    writable_by_others.CHECK,
    unsafe_directory.CHECK,
    not_a_regular_file.CHECK,
    unreadable_content.CHECK,
    broken_link.CHECK,
)
# What is only looked at, and not read: a private key of Lima's among it.
_OF_PLACES: tuple[Check[FileSubject], ...] = (
    wrong_owner.CHECK,
    writable_by_others.CHECK,
    unsafe_directory.CHECK,
    not_a_regular_file.CHECK,
    broken_link.CHECK,
)
_OF_LIMACTL: tuple[Check[FileSubject], ...] = (untrusted_limactl.CHECK,)

_OF_TEMPLATES: tuple[Check[FileSubject], ...] = (template_source.CHECK, unpinned_image.CHECK)

CHECKS: tuple[Check[Any], ...] = (
    *_OF_TEXTS,
    *_OF_LIMACTL,
    *_OF_TEMPLATES,
    changed_since_shown.CHECK,
    not_reviewed.CHECK,
    pinned_digest_differs.CHECK,
)


def review(subject: FileSubject) -> list[CheckResult]:
    """Return what is wrong with a file. The limactl binary has one check of its own, with other limits."""
    match subject.file.role:
        case Role.LIMACTL | Role.HELPER | Role.LIMA_PLACE:
            checks = _OF_LIMACTL
        case Role.TEMPLATE:
            checks = _OF_TEXTS + _OF_TEMPLATES
        case Role.LIMA_FILE:
            checks = _OF_PLACES
        case Role.LIMA_CONFIG:
            checks = (*_OF_TEXTS, template_source.CHECK)
        case _:
            checks = _OF_TEXTS
    return [result for check in checks for result in check.run(subject)]
