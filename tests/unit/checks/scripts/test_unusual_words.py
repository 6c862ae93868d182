"""Options and programs that few scripts use, of which each changes what is found or what is said of it."""

from __future__ import annotations

import pytest

from tests.unit.checks.scripts.reviewing import STRICT, SUM, codes, failed

FETCH = "curl -fsSLo a.tgz https://example.org/a.tgz\n"


def details(text: str) -> list[str]:
    return [result.detail for result in failed(STRICT + text)]


@pytest.mark.parametrize("option", ["", "--status-fd 1 ", "--default-key 0xABCD ", "--keyserver-options timeout=9 "])
def test_a_value_of_an_option_of_gpg_is_no_file_that_it_verifies(option: str) -> None:
    text = f"{STRICT}{FETCH}curl -fsSLO https://example.org/a.tgz.asc\ngpg {option}--verify a.tgz.asc\n"
    assert codes(text) == set()


def test_blanks_behind_the_last_field_that_is_read_belong_to_none() -> None:
    text = f"{STRICT}{FETCH}read -r sum name <<< '{SUM}  a.tgz   '\n"
    assert codes(f'{text}echo "$sum  $name" | sha256sum -c -\n') == set()


def test_a_shell_that_was_copied_into_a_directory_is_a_shell() -> None:
    assert codes(f"{STRICT}cp /bin/bash /tmp/x/; curl -fsSL https://example.org/i | /tmp/x/bash\n") == {"DVM202"}


def test_a_call_of_npx_is_no_package() -> None:
    assert codes(f"{STRICT}npx --call 'tsc -v'\n") == set()
    assert codes(f"{STRICT}npx --call 'tsc -v' --package typescript\n") == {"DVM204"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gem update\n", "all gems"),
        ("gem update --system\n", "RubyGems itself"),
        ('nc -l -p 1 -e "$CMD"\n', "nc runs text"),
        ("# dvm: allow=DVM998,DVM999 because fine\ntrue\n", "DVM998, DVM999"),
        ("# dvm: allow because fine\ntrue\n", "waiver: it names no code."),
        ("# dvm: allow=because fine\ntrue\n", "waiver: it names no code."),
        ("# dvm: allow=DVM204\ntrue\n", "waiver: it gives no reason."),
    ],
)
def test_what_is_said_names_what_it_is_about(text: str, said: str) -> None:
    (detail,) = details(text)
    assert said in detail


def test_a_waiver_within_a_statement_waives_nothing_of_its_beginning() -> None:
    text = f'{STRICT}npm i -g x "$(\n# dvm: allow=DVM204 because it is fine\ntrue)"\n'
    assert "DVM204" in codes(text)


@pytest.mark.parametrize(
    ("place", "found"), [("/tmp", {"DVM210"}), ("/var/tmp", {"DVM210"}), ("/dev/shm", {"DVM210"}), ("/opt", set())]
)
def test_what_lies_where_everybody_writes_is_not_known(place: str, found: set[str]) -> None:
    for run in (f"bash {place}/x", f". {place}/x", f"{place}/x", f"cat {place}/x | sh"):
        assert codes(f"{STRICT}{run}\n") == found
