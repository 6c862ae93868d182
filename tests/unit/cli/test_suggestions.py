"""What to type instead of words of Terraform, Vagrant and others."""

from __future__ import annotations

import shlex

import pytest
import typer

from dvm.cli.commands import COMMANDS as LISTED
from dvm.cli.line.app import app
from dvm.cli.line.foreign import FOREIGN_COMMANDS
from dvm.cli.line.suggestions import of_command, of_option
from tests.conftest import Dvm


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("destroy", "dvm apply --destroy"),
        ("destroy -auto-approve", "dvm apply --destroy --auto-approve"),
        ("destroy -auto-approve vm.app db", "dvm rm app db --yes"),
        ("destroy -force app", "dvm rm app --yes"),
        ("provision dvm-app", "dvm apply app --rerun-setup"),
        ("halt", "dvm stop --all"),
        ("halt app", "dvm stop app"),
        ("reload app", "dvm stop app && dvm start app"),
        ("taint vm.app", "dvm apply --replace app"),
        ("taint app db", "dvm apply --replace app --replace db"),
        ("fmt", "dvm validate"),
        ("output", "dvm ls --json"),
        ("state list", "dvm ls"),
        ("state show vm.app", "dvm status app"),
        ("state mv vm.a vm.b", "dvm mv a b"),
        ("snapshot app", "dvm backup app"),
        ("up app", "dvm apply app"),
        ("exec app mysql --password=hunter2", "dvm ssh app -- COMMAND"),
        ("shell app", "dvm sh app"),
        ("sh app -- ls hunter2", "dvm ssh app -- COMMAND"),
        ("apply -auto-approve -target=vm.app", "dvm apply app --auto-approve"),
        ("apply -target vm.app -target dvm-db -var token=hunter2", "dvm apply app db"),
        ("apply --yes", "dvm apply --auto-approve"),
        ("apply -lock=false -input=false", "dvm apply"),
        ("apply -auto-approve=false", "dvm apply"),
        ("apply x.plan -auto-approve -parallelism=4", "dvm apply x.plan --auto-approve --parallelism 4"),
        ("apply --dry-run app", "DVM_DRY_RUN=1 dvm apply app"),
        ("plan -out=x.plan -detailed-exitcode", "dvm plan --out x.plan --detailed-exitcode"),
        ("plan -replace=vm.app -f 'a b'", "dvm plan --replace app -f 'a b'"),
        ("plan -o x.plan", "dvm plan --out x.plan"),
        ("rm app --force", "dvm rm app --yes"),
        ("destroy -f app", "dvm rm app --yes"),
        ("run ls -la hunter2", "dvm run -- COMMAND"),
        ("destroy --parallel app", "dvm rm app"),
        ("destroy -f /x/dvm.toml", "dvm apply --destroy -f /x/dvm.toml"),
        ("halt -f app", "dvm stop app"),
        ("snapshot save app one", "dvm backup app one"),
        ("snapshot create dvm-app --tag one", "dvm backup app one"),
        ("snapshot restore app", "dvm restore FILE VM"),
        ("-chdir=/x plan", "dvm plan -f /x/dvm.toml"),
        ("-f /x/dvm.toml apply app", "dvm apply app -f /x/dvm.toml"),
        ("sync app --yes", "dvm sync app"),
    ],
)
def test_a_line_of_another_program_is_translated_as_a_whole(dvm: Dvm, words: str, typed: str) -> None:
    result = dvm.run(*shlex.split(words))
    assert result.code == 64
    assert f"\n  {typed}\n" in result.err
    assert "hunter2" not in result.err
    assert dvm.calls() == []


@pytest.mark.parametrize("vms", [[], ["vm.app"], ["app", "db"]])
@pytest.mark.parametrize("name", FOREIGN_COMMANDS)
def test_what_is_printed_is_a_line_that_dvm_takes(name: str, vms: list[str]) -> None:
    assert name.split(maxsplit=1)[0] not in {listed.name for listed in LISTED}, "DVM has that command itself"
    hint = of_command([*name.split(), *vms])
    assert hint is not None
    for line in hint.line.split(" && "):
        program, command, *rest = shlex.split(line)
        assert program == "dvm"
        try:
            # Its help is printed only where all its words are understood.
            app([command, *rest[: rest.index("--") if "--" in rest else None], "--help"], standalone_mode=False)
        except typer.Exit as error:
            assert error.exit_code == 0  # noqa: PT017


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("apply --force", "No option makes an apply go on"),
        ("apply --out x", "`dvm plan --out FILE` saves a plan"),
        ("ssh app ls -l", "comes after `--`: dvm ssh VM -- COMMAND"),
        ("ssh app mysql --password=hunter2", "No such option: --password."),
    ],
)
def test_where_there_is_no_such_thing_it_is_said_why(dvm: Dvm, words: str, said: str) -> None:
    result = dvm.run(*words.split())
    assert result.code == 64
    assert said in " ".join(result.err.split())
    assert "--prune" not in result.err
    assert "hunter2" not in result.err


def test_the_users_own_manifest_stays(dvm: Dvm) -> None:
    assert "\n  dvm stop --all -f x.toml\n" in dvm.run("halt", "-f", "x.toml").err


def test_what_is_unlike_a_name_or_a_path_is_not_repeated() -> None:
    hint = of_option(["apply", "-auto-approve", "p$ss word"], "-a")
    assert hint is not None
    assert hint.line == ""


@pytest.mark.parametrize("words", ["plan --nothing", "ssh --nothing app", "review --nothing"])
def test_an_option_that_nobody_means_has_no_hint(dvm: Dvm, words: str) -> None:
    result = dvm.run(*words.split())
    assert result.code == 64
    assert "instead" not in result.err
    assert result.err.startswith("Error: No such option: --nothing\n")


def test_a_command_that_nobody_has_is_unknown(dvm: Dvm) -> None:
    for words in (["nonsense"], ["help", "nonsense"]):
        result = dvm.run(*words)
        assert (result.code, result.err.startswith("Error: No such command 'nonsense'")) == (64, True)


def test_an_option_that_lacks_its_value_is_another_mistake(dvm: Dvm) -> None:
    result = dvm.run("ssh", "app", "--env")
    assert result.code == 64
    assert "requires an argument" in result.err
    assert "No such option" not in result.err


def test_help_and_version_as_people_ask_for_them(dvm: Dvm) -> None:
    assert dvm.run("help").out == dvm.run("--help").out
    assert dvm.run("help", "plan").out == dvm.run("plan", "--help").out
    assert dvm.run("--version").out == dvm.run("-V").out == dvm.run("version").out
    assert "dvm apply --destroy" in dvm.run("help", "destroy").err
