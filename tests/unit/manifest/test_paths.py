from __future__ import annotations

from pathlib import Path

import pytest

from dvm.errors import ExitCode, UsageError
from dvm.manifest.paths import config_dir, manifest_path

HOME = {"HOME": "/home/tester"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "/home/tester/.config/dvm/dvm.toml"),
        ({"DVM_CONFIG_DIR": "/c"}, "/c/dvm.toml"),
        ({"DVM_CONFIG_DIR": "~/c"}, "/home/tester/c/dvm.toml"),
        ({"DVM_MANIFEST": "/m.toml", "DVM_CONFIG_DIR": "/c"}, "/m.toml"),
        ({"DVM_MANIFEST": "", "DVM_CONFIG_DIR": ""}, "/home/tester/.config/dvm/dvm.toml"),
        ({"XDG_CONFIG_HOME": "/x"}, "/home/tester/.config/dvm/dvm.toml"),
    ],
)
def test_without_option(environ: dict[str, str], expected: str) -> None:
    assert manifest_path(None, HOME | environ) == Path(expected)


def test_option_comes_first_and_starts_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environ = HOME | {"DVM_MANIFEST": "/m.toml"}
    assert manifest_path("x/dvm.toml", environ) == tmp_path / "x" / "dvm.toml"
    assert manifest_path("/y.toml", environ) == Path("/y.toml")


def test_current_directory_is_never_looked_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dvm.toml").write_text("version = 1\n")
    monkeypatch.chdir(tmp_path)
    assert tmp_path not in manifest_path(None, HOME).parents


@pytest.mark.parametrize("name", ["DVM_MANIFEST", "DVM_CONFIG_DIR"])
@pytest.mark.parametrize("value", [".", "dvm.toml", "../x", "~other/x"])
def test_variables_are_absolute(name: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        manifest_path(None, HOME | {name: value})
    assert name in caught.value.summary
    assert caught.value.exit_code is ExitCode.USAGE


def test_no_home_variable() -> None:
    assert config_dir({}).is_absolute()
    assert config_dir({"HOME": "relative"}) == config_dir({})


def test_empty_option_is_no_place() -> None:
    with pytest.raises(UsageError):
        manifest_path("", HOME)
