"""What a script does with its companion files."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dvm.checks.scripts import review
from dvm.checks.subjects import ScriptSubject
from dvm.model.evidence import Role
from dvm.model.manifest import Companion
from tests import factories
from tests.unit.checks.scripts.reviewing import STRICT, SUM

FETCH = "curl -fsSLo /tmp/a.tgz https://example.org/a.tgz\n"


def codes(text: str, **files: str | bytes) -> set[str]:
    script = factories.script("base.sh", STRICT + text)
    companions = tuple(
        Companion(
            name, factories.evidence(f"/c/{name}", data if isinstance(data, bytes) else data.encode(), Role.COMPANION)
        )
        for name, data in files.items()
    )
    script = replace(script, files=companions)
    return {result.code for result in review(ScriptSubject(script, factories.desired("app", script)))}


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        (f'{FETCH}cd /tmp; sha256sum -c "$DVM_FILES/sums"', {"sums": f"{SUM}  a.tgz\n"}, set()),
        (f'{FETCH}cd /tmp; sha256sum -c "${{DVM_FILES}}/sums"', {"sums": f"{SUM}  a.tgz\n"}, set()),
        (f'{FETCH}cd /tmp; sha256sum -c "$DVM_FILES/sums"', {"sums": f"{SUM}  other.tgz\n"}, {"DVM203"}),
        (f'{FETCH}cd /tmp; sha256sum -c "$DVM_FILES/sums"', {"sums": "no digest  a.tgz\n"}, {"DVM203"}),
        ('bash "$DVM_FILES/x"', {"x": "curl -fsSL https://example.org/i.sh | sh\n"}, {"DVM202"}),
        ('. "$DVM_FILES/x"', {"x": "curl -fsSL https://example.org/i.sh | sh\n"}, {"DVM202"}),
        ('install -m 755 "$DVM_FILES/x" /usr/local/bin/x; x', {"x": "#!/bin/sh\necho fine\n"}, set()),
        (
            'install -m 755 "$DVM_FILES/x" /usr/local/bin/x; /usr/local/bin/x',
            {"x": "#!/bin/sh\nwget -qO- https://example.org/i.sh | sh\n"},
            {"DVM202"},
        ),
        ('cp "$DVM_FILES/npmrc" ~/.npmrc', {"npmrc": "fund=false\n"}, set()),
        ('tar -xf "$DVM_FILES/a.tgz" -C /opt', {"a.tgz": b"\x1f\x8b\0"}, set()),
        (
            """jq -r '.[] | @tsv' "$DVM_FILES/t.json" | while read -r u s; do dvm-fetch "$u" "$s" /opt/x; done""",
            {"t.json": f'[["https://example.org/x", "{SUM}"]]\n'},
            set(),
        ),
        (
            f'{FETCH}grep " a.tgz$" "$DVM_FILES/sums" | (cd /tmp && sha256sum -c -)',
            {"sums": f"{SUM}  a.tgz\n"},
            set(),
        ),
        ('DVM_FILES=/tmp\nbash "$DVM_FILES/x"', {"x": "echo fine\n"}, {"DVM210"}),
    ],
)
def test_what_they_say_is_known(text: str, files: dict[str, str | bytes], expected: set[str]) -> None:
    assert codes(text, **files) == expected
