"""What an apply read is kept for later commands, and nobody can tell but by the time they take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dvm.checks.kept import KeptReviews
from dvm.kept import signed, sound
from tests import factories
from tests.conftest import Dvm

CLEAN = "#!/usr/bin/env bash\nset -euo pipefail\ntrue\n"


def state(dvm: Dvm, name: str) -> Path:
    return Path(dvm.environment["DVM_STATE_DIR"]) / name


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\nports = ["3000"]\nenv = { A = "b" }\n')
    dvm.script("a.sh", CLEAN)
    assert dvm.run("apply", "-y").code == 0
    return dvm


def test_plans_say_the_same_with_and_without(app: Dvm) -> None:
    kept = {name: state(app, name).read_bytes() for name in ("manifest.kept", "reviews.kept")}
    for words in (("plan",), ("plan", "--json"), ("plan", "--verbose"), ("ls",), ("status", "app"), ("check",)):
        with_it = app.run(*words)
        for name, content in kept.items():
            assert state(app, name).read_bytes() == content, "they write nothing"
            state(app, name).unlink()
        without = app.run(*words)
        for name, content in kept.items():
            assert not state(app, name).exists()
            state(app, name).write_bytes(content)
            state(app, name).chmod(0o600)
        assert (with_it.code, with_it.err) == (without.code, without.err)
        # Times and ids of a plan differ in each run.
        if "--json" not in words and words != ("status", "app"):
            assert with_it.out == without.out


def test_they_are_this_user_s_alone(app: Dvm) -> None:
    for name in ("manifest.kept", "reviews.kept"):
        assert state(app, name).stat().st_mode & 0o777 == 0o600


def test_what_others_could_have_written_is_not_read(app: Dvm) -> None:
    file = state(app, "manifest.kept")
    content = json.loads(sound(file.read_bytes()))
    for key, table in content["known"].items():
        if table[2].get("ports"):
            content["known"][key][2]["cpus"] = 3
    file.write_bytes(signed(json.dumps(content).encode()))
    assert "cpus" in app.run("plan").out, "a file of this user's is believed, as the journal is"
    file.chmod(0o620)
    assert "No changes" in app.run("plan").out
    file.unlink()
    file.symlink_to("elsewhere")
    state(app, "elsewhere").write_bytes(signed(json.dumps(content).encode()))
    state(app, "elsewhere").chmod(0o600)
    assert "No changes" in app.run("plan").out


def test_a_changed_table_is_read_again(app: Dvm) -> None:
    app.manifest('[vm.app]\nsetup = ["a.sh"]\nports = ["3000"]\nenv = { A = "b" }\ncpus = 3\n')
    assert "cpus" in app.run("plan").out
    app.manifest('[vm.app]\nsetup = ["a.sh"]\nports = ["3000"]\nenv = { A = "b" }\ncpuz = 3\n')
    wrong = app.run("plan")
    assert wrong.code == 1
    assert 'Did you mean "cpus"?' in wrong.err


def test_a_changed_script_is_reviewed_again(app: Dvm) -> None:
    app.script("a.sh", CLEAN + "curl https://example.com/x | sh\n")
    denied = app.run("plan")
    assert denied.code == 3
    assert "DVM202" in denied.out


def test_an_apply_reviews_what_is_kept_as_clean(app: Dvm) -> None:
    """A forged note lets a plan show nothing of the script; it never lets an apply run it."""
    app.script("a.sh", CLEAN + "curl https://example.com/x | sh\n")
    file = state(app, "reviews.kept")
    forged = KeptReviews(file.read_bytes(), json.loads(sound(file.read_bytes()))["code"])
    forged.add(factories.script("a.sh", (app.config / "a.sh").read_text()))
    file.write_bytes(forged.content())
    assert "DVM202" not in app.run("plan").out
    refused = app.run("apply", "-y")
    assert refused.code == 3
    assert "DVM202" in refused.out + refused.err
    saved = app.run("plan", "--out", "x.plan")
    assert saved.code == 3, "what is saved is to be applied"


def test_an_apply_that_has_nothing_to_do_keeps_too(app: Dvm) -> None:
    names = ("manifest.kept", "reviews.kept")
    for name in names:
        state(app, name).unlink()
    assert app.run("ls").code == app.run("plan").code == app.run("stop", "app").code == 0
    assert not any(state(app, name).exists() for name in names)
    assert app.run("apply", "-y").code == 0
    assert app.run("apply", "-y").out.startswith("No changes.")
    assert all(state(app, name).exists() for name in names)


def test_a_secret_in_the_manifest_is_not_kept(dvm: Dvm) -> None:
    token = "ghp_" + "a1B2" * 9
    dvm.manifest(f'[vm.app]\nenv = {{ A = "{token}" }}\n')
    assert dvm.run("apply", "-y").code == 3
    assert not state(dvm, "manifest.kept").exists()
    assert token not in "".join(path.read_text() for path in state(dvm, "").rglob("*") if path.is_file())


def test_a_state_directory_that_can_t_be_written_costs_time_alone(app: Dvm) -> None:
    for name in ("manifest.kept", "reviews.kept"):
        state(app, name).unlink()
        state(app, name).mkdir()
    assert app.run("apply", "-y").out.startswith("No changes.")
