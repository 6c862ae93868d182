"""The watch of `_config` while Lima boots a VM: both what is still another one at its end and what is gone again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dvm.lima.home import Home
from dvm.observe.config_watch import ConfigWatch


@pytest.fixture
def config(tmp_path: Path) -> Path:
    directory = tmp_path / "_config"
    directory.mkdir()
    (directory / "default.yaml").write_text("cpus: 2\n")
    (tmp_path / "lima.yaml").write_text("cpus: 1\n")
    time.sleep(0.02)  # a clock of the file system's may be coarse
    return directory


def watch(config: Path) -> ConfigWatch:
    return ConfigWatch(Home(config.parent), config, config.parent / "lima.yaml")


@pytest.mark.parametrize("name", ["base.yaml", "default.yaml", "override.yaml"])
def test_a_file_that_lima_reads(config: Path, name: str) -> None:
    with watch(config) as seen:
        (config / name).write_text("cpus: 3\n")
    assert seen.changed() == (config / name,)


def test_one_there_for_a_moment(config: Path) -> None:
    with watch(config) as seen:
        (config / "override.yaml").write_text("cpus: 3\n")
        time.sleep(0.3)
        (config / "override.yaml").unlink()
    assert config / "override.yaml" in seen.changed()


def test_what_came_and_went_unseen_is_not_passed_over(config: Path) -> None:
    seen = watch(config)  # not started: as between two looks
    (config / "override.yaml").write_text("cpus: 3\n")
    (config / "override.yaml").unlink()
    assert seen.changed() == (config,)


def test_the_instance_s_own_file(config: Path) -> None:
    with watch(config) as seen:
        (config.parent / "lima.yaml").touch()
    assert seen.changed() == (config.parent / "lima.yaml",)


def test_other_names_and_no_change(config: Path) -> None:
    with watch(config) as seen:
        (config / "networks.yaml").write_text("")
        time.sleep(0.05)
        (config / "networks.yaml").rename(config / ".swp")
        time.sleep(0.05)
        (config / "default.yaml").read_text()
    assert seen.changed() == ()


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with watch(tmp_path / "_config") as seen:
        time.sleep(0.05)
    assert seen.changed() == ()
    (tmp_path / "_config").mkdir()
    (tmp_path / "_config" / "override.yaml").write_text("")
    assert seen.changed() == (tmp_path / "_config" / "override.yaml",)
