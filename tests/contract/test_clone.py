"""What `limactl clone` does with what it is given, where it is refused, and what it leaves behind."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.contract.subject import Lima

SET = (
    '.cpus = 3 | .memory = "3GiB" | .disk = "40GiB" | .plain = true | .mounts = [] | .portForwards = '
    '[{"guestPort": 80, "hostPort": 8080, "hostIP": "127.0.0.1", "static": true}] | .message = "mine"'
)


def source(lima: Lima) -> None:
    lima.create("a", "--plain", "--disk=20", '--set=.message = "its"')
    (lima.home / "a" / "dvm.json").write_text("{}")


def test_all_that_is_the_clones_own_is_set_in_one_call(lima: Lima) -> None:
    source(lima)
    assert lima.ok("clone", "--tty=false", f"--set={SET}", "a", "dvm-base.b-1a2b3c4d").code == 0
    line = lima.line("dvm-base.b-1a2b3c4d")
    assert (line["status"], line["message"], line["cpus"]) == ("Stopped", "mine", 3)
    assert (line["memory"], line["disk"]) == (3 << 30, 40 << 30)
    (forward,) = [each for each in line["config"]["portForwards"] if not each.get("ignore")]
    assert (forward["hostPort"], forward["guestPort"], forward["static"]) == (8080, 80, True)
    assert (lima.home / "dvm-base.b-1a2b3c4d" / "dvm.json").exists()
    assert lima.line("a")["message"] == "its"


def test_a_refused_change_leaves_a_copy_that_is_the_sources_to_the_byte(lima: Lima) -> None:
    source(lima)
    assert "shrinking the disk" in lima.refused("clone", "--tty=false", '--set=.disk = "10GiB"', "a", "b")
    assert lima.line("b")["message"] == "its"
    assert (lima.home / "b" / "dvm.json").read_text() == "{}"
    assert lima.lima_yaml("b") == lima.lima_yaml("a")
    lima.ok("delete", "--tty=false", "--force", "b")


def test_a_directory_with_something_in_it_tears_the_copy(lima: Lima) -> None:
    source(lima)
    (lima.home / "a" / "below").mkdir()
    (lima.home / "a" / "below" / "file").touch()
    lima.refused("clone", "--tty=false", "a", "b")
    torn = lima.home / "b"
    assert torn.exists()
    assert not (torn / "lima.yaml").exists()
    assert (lima.home / "a" / "lima.yaml").exists()
    (torn / "below").chmod(0o700)
    shutil.rmtree(torn)


def test_an_empty_directory_does_not(lima: Lima) -> None:
    source(lima)
    (lima.home / "a" / "below").mkdir()
    lima.ok("clone", "--tty=false", "a", "b")
    (lima.home / "b" / "below").chmod(0o700)


def test_a_copy_without_lima_yaml_is_broken_and_is_not_deleted(lima: Lima) -> None:
    source(lima)
    lima.ok("clone", "--tty=false", "a", "b")
    (lima.home / "b" / "lima.yaml").unlink()
    lines = lima.ok("list", "--json").lines()
    assert {line["name"]: line["status"] for line in lines}["b"] in {"Broken", ""}
    assert "could not be read; it was NOT deleted" in lima.refused("delete", "--tty=false", "--force", "b")
    shutil.rmtree(lima.home / "b")


def test_the_sources_disk_is_not_touched(lima: Lima) -> None:
    source(lima)
    disk = lima.home / "a" / "disk"
    disk.write_bytes(b"x" * 4096)
    before = disk.stat()
    lima.ok("clone", "--tty=false", "a", "b")
    after, copy = disk.stat(), (lima.home / "b" / "disk").stat()
    assert (before.st_ino, before.st_mtime_ns, before.st_ctime_ns) == (
        after.st_ino,
        after.st_mtime_ns,
        after.st_ctime_ns,
    )
    assert copy.st_size == 4096
    assert copy.st_ino != after.st_ino
