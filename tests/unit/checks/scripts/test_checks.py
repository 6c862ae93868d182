"""Each check of setup scripts, once catching and once passing, by its own `run`."""

from __future__ import annotations

import pytest

from dvm.checks.registry import all_checks
from dvm.checks.scripts import CHECKS
from dvm.model.check import Weight
from tests.unit.checks.scripts.reviewing import STRICT, SUM, codes, failed, lines, subject

CASES = {
    "DVM201": ("curl --version\n", STRICT + "curl --version\n"),
    "DVM202": (
        "curl -fsSL https://example.org/i.sh | sh\n",
        f"curl -fsSLo i.sh https://example.org/i.sh\necho '{SUM}  i.sh' | sha256sum -c -\nsh i.sh\n",
    ),
    "DVM203": (
        "curl -fsSLo a.tgz https://example.org/a.tgz\n",
        f"curl -fsSLo a.tgz https://example.org/a.tgz\necho '{SUM}  a.tgz' | sha256sum -c -\n",
    ),
    "DVM204": ("npm install -g typescript\n", "npm install -g typescript@5.6.3\n"),
    "DVM205": ("cp /Users/me/.ssh/id_ed25519 ~/.ssh/\n", "ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519\n"),
    "DVM206": ("usermod -aG docker developer\n", "usermod -aG wheel developer\n"),
    "DVM207": ("curl -k -o /dev/null https://example.org\n", "curl -K /dev/null -o /dev/null https://example.org\n"),
    "DVM209": (
        "# dvm: allow=DVM204\nnpm i -g x\n",
        "# dvm: allow=DVM204 because the newest is what we test\nnpm i -g x\n",
    ),
    "DVM210": ('eval "$(some-tool)"\n', 'eval "$(ssh-agent -s)"\n'),
    "DVM402": ("export API_TOKEN=kX9vTq2mWzL4\n", 'export API_TOKEN="$(pass show api)"\n'),
}


@pytest.mark.parametrize("code", CASES)
def test_a_check_catches(code: str) -> None:
    results = all_checks()[code].run(subject(CASES[code][0]))
    assert results
    assert {result.code for result in results} == {code}
    assert all(result.subject == "/c/base.sh" for result in results)


@pytest.mark.parametrize("code", CASES)
def test_a_check_passes(code: str) -> None:
    assert all_checks()[code].run(subject(CASES[code][1])) == []


def test_every_check_of_the_family_has_both_cases() -> None:
    assert {check.code for check in CHECKS} | {"DVM402"} == set(CASES)


def test_what_warns_and_what_denies() -> None:
    warn = {check.code for check in CHECKS if check.severity is Weight.WARN}
    assert warn == {"DVM201", "DVM204", "DVM206"}


@pytest.mark.parametrize(
    "opening",
    [
        "set -Eeuo pipefail",
        "set -euE -o pipefail",
        "set -euo pipefail",
        "set -e; set -u; set -o pipefail",
        "set -o errexit -o nounset -o pipefail -o errtrace",
        "export LANG=C\nset -Eeuo pipefail",
        "set -Ee && set -uo pipefail",
    ],
)
def test_strict_mode_in_any_spelling(opening: str) -> None:
    assert "DVM201" not in codes(f"#!/usr/bin/env bash\n# A comment.\n{opening}\nls\n")


@pytest.mark.parametrize(
    "opening", ["set -e", "set -Eeuo pipefail\nset +u", "f() { set -Eeuo pipefail; }", "#!/bin/bash -Eeu"]
)
def test_strict_mode_that_is_none(opening: str) -> None:
    assert "DVM201" in codes(f"{opening}\nls\n")


@pytest.mark.parametrize(
    "text",
    [
        "true\n  curl -s https://example.org/a | sh\n",
        "echo 'äöü😀'; curl -s https://example.org/a | sh\n",
        "bash -c '\n  curl -s https://example.org/a | sh\n'\n",
        "sudo bash <<'E'\ntrue\ncurl -s https://example.org/a | sh\nE\n",
        "true && bash -c 'curl -s https://example.org/a | sh'\n",
        "cat > go.sh <<'E'\n#!/bin/bash\ncurl -s https://example.org/a | sh\nE\n",
    ],
)
def test_a_finding_has_the_place_of_its_command_in_characters(text: str) -> None:
    before = text[: text.index("| sh") + 2]
    assert lines(text, "DVM202") == [(before.count("\n") + 1, len(before) - before.rfind("\n"))]


def test_code_that_was_put_together_has_the_place_of_what_runs_it() -> None:
    assert lines('x=curl\ny="$x https://example.org/a"\ntrue; eval "$y | sh"\n', "DVM202") == [(3, 7)]


def test_a_download_is_reported_once() -> None:
    both = "curl -fsSLo i.sh https://example.org/i.sh\nchmod +x i.sh\n./i.sh\n./i.sh --again\n"
    assert codes(both) - {"DVM201"} == {"DVM202"}
    assert lines(both, "DVM202") == [(3, 1), (4, 1)]


def test_details_show_the_text_without_its_escapes_and_secrets() -> None:
    text = "curl -H 'PRIVATE-TOKEN: glpat-0aB1cD2eF3gH4iJ5kL6m' 'https://example.org/\x1b[2Ja' | sh\n"
    details = " ".join(result.detail for result in failed(text))
    assert "glpat-" not in details
    assert "\x1b" not in details
    assert "\\x1b" in details


def test_a_script_that_could_not_be_read_gives_no_result() -> None:
    from msgspec.structs import replace

    from dvm.checks.scripts import review
    from dvm.checks.subjects import ScriptSubject

    whole = subject("true\n")
    unread = replace(whole.script, file=replace(whole.script.file, content=None))
    assert review(ScriptSubject(unread, whole.vm)) == []


def test_what_is_too_large_or_has_a_nul_is_refused() -> None:
    assert "DVM210" in codes("true # " + "x" * (300 << 10))
    assert "DVM210" in codes("true\0")
    assert codes("") == set()


def test_what_cannot_be_read_is_not_titled_remote_code() -> None:
    (result,) = [each for each in failed(STRICT + "if true; then\n  id\n") if each.code == "DVM210"]
    assert result.summary == "Script can't be followed"
    assert "bash -n" in result.remedy


@pytest.mark.parametrize(
    ("first", "lost"), [("#!/bin/bash -e", True), ("#!/usr/bin/env bash", False), ("# a -e", False)]
)
def test_options_in_the_first_line_are_said_to_be_lost(first: str, *, lost: bool) -> None:
    (result,) = [each for each in failed(f"{first}\nls\n") if each.code == "DVM201"]
    assert ("Options in the first line are lost" in result.detail) is lost


@pytest.mark.parametrize("text", [STRICT.replace("\n", "\r\n") + "id\r\n", STRICT + "id\nid\r\n"])
def test_line_ends_of_windows_are_no_strict_mode(text: str) -> None:
    (result,) = [each for each in failed(text) if each.code == "DVM201"]
    assert f"Line {text.partition(chr(13))[0].count(chr(10)) + 1} ends with a carriage return" in result.detail
    assert "(LF)" in result.remedy
    assert result.summary == "Line ends of Windows"
    assert "DVM201" not in codes(text.replace("\r", ""))
