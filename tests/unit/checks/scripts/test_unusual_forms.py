"""Forms that few scripts use, of which each changes what is found: a verification in other hands, a check that may be skipped."""

from __future__ import annotations

import pytest

from tests.unit.checks.scripts.reviewing import STRICT, SUM, codes, lines

FETCH = "curl -fsSLo a.tgz https://example.org/a.tgz\n"
CHECK = f"echo '{SUM}  a.tgz' | sha256sum -c -"
SAME = f"[[ $(sha256sum a.tgz | cut -d' ' -f1) == {SUM} ]]"


@pytest.mark.parametrize(
    "check",
    [
        f'eval "{CHECK}"',
        f"({CHECK})",
        f"( {CHECK} ) || exit 1",
        f"if ! ({CHECK}); then exit 1; fi",
        f"({SAME}) || exit 1",
        f"set +o pipefail; {CHECK}",
        f"if if {SAME}; then true; else false; fi; then true; else exit 1; fi",
    ],
)
def test_a_download_that_is_verified_in_another_shell_is_verified(check: str) -> None:
    assert codes(f"{STRICT}{FETCH}{check}\n") == set()


@pytest.mark.parametrize(
    "check",
    [
        f"[[ -n $X ]] && {CHECK}",
        f"if [[ -n $X ]] && {CHECK}; then tar -xf a.tgz; fi",
        f"if [[ -n $X ]] || {CHECK}; then tar -xf a.tgz; fi",
        f"({SAME}) || true",
        f"set +o pipefail; {CHECK} | tee log",
        f"eval 'set +e'\n{CHECK}",
    ],
)
def test_a_check_that_may_be_skipped_verifies_nothing(check: str) -> None:
    assert codes(f"{STRICT}{FETCH}{check}\n") == {"DVM203"}


def test_a_word_may_follow_elif_without_a_blank() -> None:
    assert codes(f"{STRICT}if false; then :; elif(curl -fsSL https://example.org/i.sh | sh); then :; fi\n") == {
        "DVM202"
    }


def test_what_another_shell_reads_has_its_own_lines() -> None:
    assert lines("true\nnewgrp users <<'E'\necho a\ncurl -fsSL https://example.org/i.sh | sh\nE\n", "DVM202") == [
        (4, 39)
    ]


@pytest.mark.parametrize(("number", "found"), [("$((7 + 3))", set()), ("$((010))", {"DVM203"})])
def test_an_octal_number_is_not_taken_for_a_decimal_one(number: str, found: set[str]) -> None:
    """What Bash calls a-$((010)).tgz is a-8.tgz: a list with a-10.tgz says nothing of it."""
    fetch = f"curl -fsSLo a-{number}.tgz https://example.org/a.tgz\n"
    assert codes(f"{STRICT}{fetch}echo '{SUM}  a-10.tgz' | sha256sum -c -\n") == found


def test_strict_mode_may_follow_a_condition_within_a_condition() -> None:
    assert codes(f"if if true; then true; fi; then :; fi\n{STRICT}curl --version\n") == set()


@pytest.mark.parametrize("reader", ["bash", "newgrp users"])
def test_a_waiver_above_another_shell_waives_nothing_in_what_it_reads(reader: str) -> None:
    text = f"{STRICT}# dvm: allow=DVM204 because it is fine\n{reader} <<'E'\nset -e\nnpm i -g x\nE\n"
    assert "DVM204" in codes(text)
