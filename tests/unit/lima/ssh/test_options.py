"""The options of DVM's own ssh: what OpenSSH makes of them, whatever this host's configuration says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dvm.lima.ssh.options import Endpoint, options, shared, sharing

pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh")


def effective(place: Path, *more: str, learn: bool = False) -> dict[str, list[str]]:
    endpoint = Endpoint("dvm-app", "someone", 40022, place / 'an "odd" 100% key')
    argv = ["ssh", "-G", *options(endpoint, place / "known hosts", learn=learn), *more, "dvm-app"]
    shown = subprocess.run(argv, capture_output=True, text=True, check=True)
    said: dict[str, list[str]] = {}
    for keyword, _, value in (line.partition(" ") for line in shown.stdout.splitlines()):
        said.setdefault(keyword, []).append(value)
    return said


def test_nothing_is_forwarded_and_only_limas_key_is_used(place: Path) -> None:
    said = effective(place)
    for name in (
        "forwardagent",
        "forwardx11",
        "tunnel",
        "permitlocalcommand",
        "passwordauthentication",
        "gatewayports",
    ):
        assert said.get(name, ["no"])[0] in {"no", "false"}, name
    for name in ("identitiesonly", "batchmode", "clearallforwardings", "stricthostkeychecking"):
        assert said[name][0] in {"yes", "true"}, name
    assert said["identityagent"] == ["none"]
    assert said["updatehostkeys"] == ["false"]
    assert (said["hostname"], said["port"], said["user"]) == (["127.0.0.1"], ["40022"], ["someone"])
    assert said["hostkeyalias"] == ["dvm-app"]
    assert said["globalknownhostsfile"] == ["/dev/null"]
    assert not {"sendenv", "setenv", "remoteforward", "localforward", "dynamicforward", "proxycommand"} & set(said)


@pytest.mark.parametrize("careless", ["ForwardAgent=yes", "ProxyCommand=evil", "StrictHostKeyChecking=no", "SendEnv=*"])
def test_an_option_that_comes_later_does_not_win(place: Path, careless: str) -> None:
    name = careless.partition("=")[0].lower()
    if name == "sendenv":
        return
    assert effective(place, "-o", careless).get(name) == effective(place).get(name)


def test_only_a_first_contact_learns(place: Path) -> None:
    assert effective(place, learn=True)["stricthostkeychecking"] == ["accept-new"]


def test_a_path_is_one_word_whatever_is_in_it(place: Path) -> None:
    said = effective(place, *sharing(place / "a socket", terminal=False))
    assert said["identityfile"] == [str(place / 'an "odd" 100% key').replace("%", "%%")] or said["identityfile"] == [
        str(place / 'an "odd" 100% key')
    ]
    assert said["controlpath"] == [str(place / "a socket")]


def test_the_shared_connection_asks_a_guest_that_says_nothing(place: Path) -> None:
    said = effective(place, *shared(place / "s"))
    assert (said["controlmaster"], said["serveraliveinterval"]) == (["true"], ["20"])
