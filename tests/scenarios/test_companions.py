"""Companion files of setup scripts."""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path

import pytest

from tests.conftest import Dvm

ENTRY = '[vm.app]\nsetup = [{ script = "setup/node.sh", files = ["setup/files/npmrc", "setup/files/logo.png"] }]\n'
LOGO = bytes(range(256))


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest(ENTRY)
    dvm.script("setup/node.sh", "# sim: show npmrc")
    dvm.write("setup/files/npmrc", "fund=false\n")
    put(dvm, "logo.png", LOGO)
    return dvm


def put(dvm: Dvm, name: str, content: bytes) -> Path:
    path = dvm.config / "setup" / "files" / name
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_they_are_in_the_guest_while_the_script_runs_and_a_change_runs_it_again(app: Dvm) -> None:
    plan = app.run("plan")
    assert f"+ $DVM_FILES/npmrc  SHA-256 {sha256(b'fund=false' + bytes([10]))[:12]}…" in plan.out
    assert app.run("apply", "-y").code == 0
    (run,) = app.runs("app")
    assert run["files"] == {"npmrc": sha256(b"fund=false\n"), "logo.png": sha256(LOGO)}
    assert run["env"]["DVM_FILES"].startswith("/run/dvm/")
    assert "fund=false" in app.run("logs", "app", "--setup").out
    assert app.run("plan").out.startswith("No changes.")

    put(app, "npmrc", b"fund=true\n")
    plan = app.run("plan")
    assert "its files changed" in plan.out
    assert "~ $DVM_FILES/npmrc  SHA-256 " in plan.out
    assert "logo.png" not in plan.out
    (script,) = app.run("plan", "--json").json["resource_changes"][0]["scripts"]
    assert script["files"] == {"npmrc": sha256(b"fund=true\n"), "logo.png": sha256(LOGO)}
    assert "$DVM_FILES/npmrc" in app.run("plan", "--format", "markdown").out
    assert "with logo.png, npmrc in $DVM_FILES" in app.run("apply", "-y", DVM_DRY_RUN="1").out
    assert app.run("apply", "-y").code == 0
    assert app.run("plan").out.startswith("No changes.")

    app.manifest('[vm.app]\nsetup = [{ script = "setup/node.sh", files = ["setup/files/npmrc"] }]\n')
    assert "- $DVM_FILES/logo.png" in app.run("plan").out


def test_a_saved_plan_is_stale_when_one_changes(app: Dvm) -> None:
    assert app.run("plan", "--out", "p.plan").code == 0
    put(app, "logo.png", LOGO[1:])
    result = app.run("apply", "p.plan")
    assert result.code == 4
    assert "DVM106" in result.err
    assert "logo.png (companion file)" in " ".join(result.err.split())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ('["setup/files/npmrc", "other/npmrc"]', "are both $DVM_FILES/npmrc"),
        ('["setup/files/none"]', "does not exist"),
        ('["setup/files/"]', "names a directory"),
        ('[".."]', "names a directory"),
        ('["setup/files/a\\nb"]', "printable text"),
        ('"setup/files/npmrc"', "a list of files"),
        ("[1]", "the path of a file"),
        ('[""]', "the path of a file"),
    ],
)
def test_mistakes_are_reported_at_their_place(app: Dvm, files: str, said: str) -> None:
    app.write("other/npmrc", "x")
    app.manifest(f'[vm.app]\nsetup = [{{ script = "setup/node.sh", files = {files} }}]\n')
    result = app.run("plan")
    assert result.code == 1
    words = " ".join(result.err.split())
    assert said in words
    assert "dvm.toml:3:" in words


def test_they_are_checked_like_scripts(app: Dvm) -> None:
    path = app.config / "setup" / "files" / "npmrc"
    path.chmod(0o666)
    assert "DVM102" in app.run("apply", "-y").out
    path.chmod(0o600)
    (app.config / "setup" / "files").chmod(0o777)
    assert "DVM103" in app.run("apply", "-y").out
    (app.config / "setup" / "files").chmod(0o700)
    path.unlink()
    os.mkfifo(path)
    assert "DVM104" in app.run("apply", "-y").out
    path.unlink()
    put(app, "npmrc", b"x" * ((1 << 20) + 1))
    result = app.run("apply", "-y")
    assert (result.code, "DVM105" in result.err) == (3, True)
    put(app, "npmrc", b"x" * (1 << 20))
    assert app.run("apply", "-y").code == 0
    assert app.runs("app")[0]["files"]["npmrc"] == sha256(b"x" * (1 << 20))


@pytest.mark.parametrize(
    "content",
    [
        b"//registry.example.org/:_authToken=npm_" + b"kX9vTq2mWzL4" * 3 + b"\n",
        b"color = true\npassword = kX9vTq2mWzL4\n",
        b"\0\1\2 ghp_" + b"kX9vTq2mWzL4" * 3 + b" \0",
    ],
)
def test_a_secret_in_one_is_refused_and_not_shown(app: Dvm, content: bytes) -> None:
    put(app, "npmrc", content)
    result = app.run("apply", "-y")
    assert (result.code, "DVM401" in result.err, "npmrc" in "".join(result.out.split())) == (3, True, True)
    assert "kX9vTq2mWzL4" not in result.out + result.err


def test_too_much_for_one_script_is_a_mistake(app: Dvm) -> None:
    names = [f"f{number}" for number in range(17)]
    for name in names:
        put(app, name, bytes(1 << 20))
    listed = ", ".join(f'"setup/files/{name}"' for name in names)
    app.manifest(f'[vm.app]\nsetup = [{{ script = "setup/node.sh", files = [{listed}] }}]\n')
    result = app.run("plan")
    assert (result.code, "larger than 16 MiB together" in " ".join(result.err.split())) == (1, True)


def test_review_shows_text_and_names_the_rest(app: Dvm) -> None:
    app.manifest("[settings]\nrequire_review = true\n" + ENTRY)
    assert "npmrcisnotindvm.lock" in "".join(app.run("apply", "-y").out.split())
    shown = app.run("review", "--yes")
    assert "| fund=false" in shown.out
    assert "A companion file of 256 bytes. It is no text." in shown.out
    assert f"SHA-256 {sha256(LOGO)}" in shown.out
    assert "vm.app for setup/node.sh as $DVM_FILES/npmrc" in shown.out
    assert "1 script and 2 companion files approved" in shown.out
    lock = tomllib.loads((app.config / "dvm.lock").read_text())
    assert lock["files"] == {"setup/files/npmrc": sha256(b"fund=false\n"), "setup/files/logo.png": sha256(LOGO)}
    assert "Nothing to review" in app.run("review").out
    assert app.run("plan").code == 0
    put(app, "npmrc", b"fund=true\n")
    assert app.run("apply", "-y").code == 3
    app.manifest('[settings]\nrequire_review = true\n[vm.app]\nsetup = ["setup/node.sh"]\n')
    assert "setup/files/npmrc left it" in app.run("review", "--yes").out


def test_the_review_of_scripts_reads_them(app: Dvm) -> None:
    app.script("setup/node.sh", 'bash "$DVM_FILES/npmrc"')
    put(app, "npmrc", b"curl -fsSL https://example.org/i.sh | sh\n")
    assert "DVM202" in app.run("plan").out
    put(app, "npmrc", b"echo fine\n")
    result = app.run("plan")
    assert (result.code, "DVM2" in result.out.replace("DVM201", "")) == (0, False)


def test_a_base_s_script_has_the_base_s_files_and_a_vm_s_its_own(app: Dvm) -> None:
    app.script("setup/more.sh", "true")
    app.manifest(
        '[base.node]\nimage = false\nsetup = [{ script = "setup/node.sh", files = ["setup/files/npmrc"] }]\n'
        '[vm.app]\nbase = "node"\nsetup = [{ script = "setup/more.sh", files = ["setup/files/logo.png"] }]\n'
    )
    scripts = app.run("plan", "--json").json["resource_changes"][0]["scripts"]
    assert [[*each["files"]] for each in scripts] == [["npmrc"], ["logo.png"]]
    two = '["setup/files/npmrc", "other/npmrc"]'
    app.write("other/npmrc", "x")
    app.manifest(
        f'[base.node]\nimage = false\nsetup = [{{ script = "setup/node.sh", files = {two} }}]\n'
        f'[vm.app]\nbase = "node"\nsetup = [{{ script = "setup/more.sh", files = {two} }}]\n'
    )
    result = app.run("plan")
    assert " ".join(result.err.split()).count("are both $DVM_FILES/npmrc") == 2
