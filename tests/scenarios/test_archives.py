"""backup and restore: one archive that the host never unpacks, from guests that may send anything."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
import tarfile
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dvm, Result

VMS = "[vm.app]\n[vm.other]\nuser = 'coder'\n"


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest(VMS)
    assert dvm.run("apply", "-y").code == 0
    return dvm


def code(dvm: Dvm, vm: str = "app", user: str = "developer") -> Path:
    path = dvm.lima_home / f"dvm-{vm}" / "guest-files" / "home" / user / "code"
    (path / vm).mkdir(parents=True, exist_ok=True)
    return path


def work(dvm: Dvm) -> Path:
    root = code(dvm)
    (root / "app" / "new\nline").write_text("text")
    (root / "app" / "run").write_text("#!/bin/sh\n")
    (root / "app" / "run").chmod(0o755)
    (root / "app" / "out").symlink_to("/etc/passwd")
    (root / "app" / "empty").mkdir()
    return root


def said(result: Result) -> str:
    return " ".join((result.out + result.err).split())


def test_there_and_back_again(app: Dvm) -> None:
    work(app)
    done = app.run("backup", "app", "a.tar")
    assert done.code == 0, done.err
    data = (app.place / "a.tar").read_bytes()
    about = json.loads((app.place / "a.tar.json").read_text())
    digest = hashlib.sha256(data).hexdigest()
    assert (about["bytes"], about["sha256"], about["kind"]) == (len(data), digest, "dvm backup")
    assert about["vm"]["name"] == "app"
    assert re.fullmatch(rf"vm.app: \S+ in a.tar, 6 entries, SHA-256 {digest}\n", done.out)
    for name in ("a.tar", "a.tar.json"):
        assert stat.S_IMODE((app.place / name).stat().st_mode) == 0o600

    restored = app.run("restore", "a.tar", "other")
    assert restored.code == 0, restored.err
    assert re.fullmatch(r"vm.other: 6 entries of vm.app, as of \d{4}-\d\d-\d\d \d\d:\d\d UTC.\n", restored.out)
    there = code(app, "other", "coder") / "app"
    assert (there / "new\nline").read_text() == "text"
    assert stat.S_IMODE((there / "run").stat().st_mode) == 0o755
    assert (there / "out").readlink() == Path("/etc/passwd")
    assert (there / "empty").is_dir()
    assert (app.place / "a.tar").exists()
    assert not list(app.place.glob(".dvm-*"))


def test_a_name_of_its_own(app: Dvm) -> None:
    work(app)
    done = app.run("backup", "vm.app")
    assert done.code == 0, done.err
    (made,) = app.place.glob("app-*.tar")
    assert re.fullmatch(r"app-\d{8}T\d{6}Z\.tar", made.name)
    assert made.name in done.out


def test_no_archive_goes_to_standard_output(app: Dvm) -> None:
    result = app.run("backup", "app", "-")
    assert (result.code, "dvm backup app app.tar" in result.err) == (64, True)
    assert not list(app.place.glob("-*"))


def test_nothing_is_written_over(app: Dvm) -> None:
    (app.place / "a.tar").write_text("mine")
    (app.place / "b.tar.json").write_text("mine")
    (app.place / "c.tar").symlink_to("nowhere")
    for name in ("a.tar", "b.tar", "c.tar"):
        refused = app.run("backup", "app", name)
        assert (refused.code, "is there already" in refused.err) == (64, True)
    assert app.run("backup", "app", "no/where.tar").code == 64
    assert (app.place / "a.tar").read_text() == "mine"
    assert not (app.place / "b.tar").exists()


def test_a_file_that_is_there_is_replaced_only_with_a_yes(app: Dvm) -> None:
    root = work(app)
    assert app.run("backup", "app", "a.tar").code == 0
    assert app.run("restore", "a.tar", "app").code == 0, "the same again loses nothing"
    (root / "app" / "run").write_text("newer")
    (root / "app" / "here alone").write_text("stays")
    refused = app.run("restore", "a.tar", "app")
    assert refused.code == 1
    assert "app/run" in refused.out
    assert "Nothing was changed" in refused.err
    assert (root / "app" / "run").read_text() == "newer"
    assert app.run("restore", "a.tar", "app", "--yes").code == 0
    assert (root / "app" / "run").read_text() == "#!/bin/sh\n"
    assert (root / "app" / "here alone").read_text() == "stays"


def hostile_tar(app: Dvm, data: bytes, **claim: Any) -> Result:
    place = app.lima_home / "dvm-app"
    (place / "guest-archive.tar").write_bytes(data)
    (place / "guest-archive.json").write_text(json.dumps(claim))
    result = app.run("backup", "app", "a.tar")
    assert result.code == 1, said(result)
    assert not list(app.place.glob("a.tar*")), "there is no archive"
    assert not list(app.place.glob(".dvm-*"))
    return result


def whole() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        member = tarfile.TarInfo("./x")
        member.size = 90_000
        tar.addfile(member, io.BytesIO(b"!" * 90_000))
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it ends in the middle"),
        (b"Welcome to this guest\n" * 100, "something else where a header must be"),
        (whole()[:50_000], "it ends in the middle"),
        (whole()[:-1], "it ends in the middle"),
        (bytes(10_240), "it is empty"),
        (whole() * 2, "more follows its end"),
    ],
)
def test_what_is_no_whole_tar_is_no_archive(app: Dvm, data: bytes, why: str) -> None:
    assert why in said(hostile_tar(app, data))


def test_what_came_is_held_to_the_guest_s_closing_line(app: Dvm) -> None:
    assert "another SHA-256" in said(hostile_tar(app, whole(), sha256="0" * 64))
    assert "another number of bytes" in said(hostile_tar(app, whole(), bytes=5))
    assert "did not prove that dvm-archive" in said(hostile_tar(app, whole(), bytes="x"))


def test_an_archive_without_end_is_ended(app: Dvm) -> None:
    app.manifest(VMS.replace("[vm.app]", "[vm.app]\ndisk = '1GiB'"))
    place = app.lima_home / "dvm-app"
    os.mkfifo(place / "guest-archive.tar")
    header = tarfile.TarInfo("./x")
    header.size = 1 << 43

    def feed() -> None:
        with (place / "guest-archive.tar").open("wb") as file:
            file.write(header.tobuf(tarfile.GNU_FORMAT))
            try:
                while True:
                    file.write(bytes(1 << 20))
            except BrokenPipeError:
                return

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    (place / "lima.yaml").write_text(re.sub("disk: .*", "disk: 1MiB", (place / "lima.yaml").read_text()))
    result = app.run("backup", "app", "a.tar", timeout=120)
    assert result.code == 1, said(result)
    assert "more than its disk can hold" in result.err or "would be full" in result.err
    assert not list(app.place.glob("a.tar*"))


@pytest.mark.parametrize("facts", [{"replaced": {"sudo": "nothing"}}, {"replaced": {"tar": "nothing"}}, {"cut": 20}])
def test_a_guest_that_proves_nothing(app: Dvm, facts: dict[str, Any]) -> None:
    root = work(app)
    assert app.run("backup", "app", "good.tar").code == 0
    (app.lima_home / "dvm-app" / "guest-hostile.json").write_text(json.dumps(facts))
    refused = app.run("backup", "app", "a.tar")
    assert refused.code == 1, said(refused)
    assert not list(app.place.glob("a.tar*"))
    (root / "app" / "run").unlink()
    refused = app.run("restore", "good.tar", "app")
    assert refused.code == 1, said(refused)
    assert (app.place / "good.tar").exists()


def test_restore_takes_what_backup_made_and_nothing_else(app: Dvm) -> None:
    work(app)
    assert app.run("backup", "app", "a.tar").code == 0
    archive, about = app.place / "a.tar", app.place / "a.tar.json"
    data, text = archive.read_bytes(), about.read_text()

    def refused(why: str, code: int = 1) -> None:
        result = app.run("restore", "a.tar", "other")
        assert (result.code, why in said(result)) == (code, True), said(result)
        assert not (code_of_other / "app").exists()

    code_of_other = code(app, "other", "coder")
    archive.write_bytes(data[:-1])
    refused("is not the archive that a.tar.json describes")
    archive.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    refused("did not arrive whole")
    about.write_text("{}")
    refused("does not describe an archive")
    about.unlink()
    refused("There is no a.tar.json", 64)
    about.write_text(text)
    archive.unlink()
    refused("can't be read")
    missing = app.run("restore", "b.tar", "other")
    assert (missing.code, "There is no archive b.tar." in missing.err) == (64, True), missing.err
    swapped = app.run("restore", "other", "a.tar")
    assert (swapped.code, "dvm restore a.tar other" in swapped.err) == (64, True), swapped.err


def test_they_need_a_vm_that_runs(app: Dvm) -> None:
    work(app)
    assert app.run("backup", "app", "a.tar").code == 0
    assert app.run("stop", "app").code == 0
    for arguments in (("backup", "app", "b.tar"), ("restore", "a.tar", "app")):
        result = app.run(*arguments)
        assert (result.code, "dvm start app" in result.err) == (1, True)
    assert app.run("backup", "none", "b.tar").code == 64


def test_a_backup_that_is_killed_leaves_no_archive(app: Dvm) -> None:
    work(app)
    place = app.lima_home / "dvm-app" / "guest-archive.tar"
    os.mkfifo(place)
    with app.popen("backup", "app", "a.tar") as process:
        with place.open("wb") as file:
            file.write(whole()[:50_000])
            file.flush()
            process.kill()
            process.wait(timeout=30)
    place.unlink()
    assert not list(app.place.glob("a.tar*"))
    refused = app.run("restore", "a.tar", "other")
    assert refused.code == 64
    assert app.run("backup", "app", "a.tar").code == 0
