"""Whatever the bytes: a manifest, or mistakes with places, and never anything else.

`DVM_FUZZ_EXAMPLES=10000 pytest tests/unit/manifest/test_fuzz.py` looks harder.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dvm.errors import ManifestError, UnreadableFileError
from dvm.manifest.bodies import keys_of
from dvm.manifest.load import load
from dvm.manifest.locate import locate
from dvm.model.manifest import Manifest
from dvm.model.settings import Settings
from dvm.model.vm import VM, SetupEntry
from dvm.text import visible

FUZZ = settings(
    max_examples=int(os.environ.get("DVM_FUZZ_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
HUGE = "a huge number"
ENTRY_KEYS = keys_of(SetupEntry)
KEYS = st.sampled_from([*VM.model_fields, *Settings.model_fields, *ENTRY_KEYS, "version", "settings", "defaults", "vm"])
NAMES = st.sampled_from(["app", "db", "a--b", "é", "", "d\x1bb"])
FRAGMENTS = st.sampled_from(
    [
        "version = 1\n", "[vm.app]\n", "[vm.db]\n", "[defaults]\n", "[settings]\n", "[[vm]]\n", "[vm.'x y']\n", "cpus = 2\n",
        'memory = "8GiB"\n', "memory=8\n", 'ports = ["3000", 1]\n', 'setup = ["a.sh", {script="b.sh", as="root"}]\n',
        "depends_on = ['app', 'db']\n", "vm.a.b.c = 1\n", '"', "'", '"""', "[", "]", "{", "}", "=", ",", ".", "\\", "#", "\n", "\r\n",
        "\r", "\0", "\ufeff", "é", "\U0001f600", "\u2028", "inf", "nan", "0x" + "f" * 4000, "9" * 4400, "1979-05-27T07:32:00Z", "true",
        "[" * 2000, "a." * 500,
    ]
)  # fmt: skip
TELLING = st.sampled_from(
    [
        "app", "db", "8GiB", "8GB", "9" * 400 + "TiB", "0.1KiB", "15m", "9" * 5000 + "h", "3000:80", "22", "strict", "standard", "root",
        "admin", "always", "template:fedora", "https://example.org/x.yaml", "./x.yaml", "~nobody/x", "a.sh", "../a.sh", "a\0b", "a" * 5000,
        "..", "/", "/dev/null", "x86_64", "\x1b[31m", "0" * 64, "",
    ]
)  # fmt: skip
SCALARS = (
    TELLING
    | st.text(st.characters(codec="utf-8"), max_size=10)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.datetimes()
    | st.times()
    | st.just(HUGE)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS | st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(KEYS, VALUES, max_size=6)
MANIFESTS = st.fixed_dictionaries(
    {"version": st.just(1) | SCALARS},
    optional={
        "settings": BODIES | VALUES,
        "defaults": BODIES | VALUES,
        "vm": st.dictionaries(NAMES, BODIES | VALUES, max_size=3) | VALUES,
        "nope": VALUES,
    },
)


def outcome(content: bytes, vm: bytes | None = None) -> Manifest | ManifestError | UnreadableFileError:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "a.sh").write_bytes(b"#!/bin/bash\n")
        (directory / "dvm.toml").write_bytes(content)
        if vm is not None:
            (directory / "vms" / "web").mkdir(parents=True)
            (directory / "vms" / "web" / "vm.toml").write_bytes(vm)
        try:
            found: Manifest | ManifestError | UnreadableFileError
            found = load(directory / "dvm.toml", host_cores=4, lima_home=Path("/l"))
        except (ManifestError, UnreadableFileError) as error:
            found = error
        if isinstance(found, Manifest):
            for desired in found.vms.values():
                assert all(
                    location.path.parent in {directory, directory / "vms" / "web"}
                    for location in desired.locations.values()
                )
                assert locate(directory / "dvm.toml", ("vm", desired.name)) is not None
        if isinstance(found, ManifestError):
            assert found.diagnostics
            for mistake in found.diagnostics:
                text = f"{mistake.summary} {mistake.detail} {mistake.address}"
                assert mistake.location is not None
                assert visible(text) == text
                assert "pydantic" not in text.lower()
                assert "Input should" not in text
    return found


@FUZZ
@given(st.binary(max_size=200), st.none() | st.binary(max_size=60))
def test_bytes(content: bytes, vm: bytes | None) -> None:
    outcome(content, vm)


@FUZZ
@given(st.lists(FRAGMENTS | st.text(st.characters(codec="utf-8"), max_size=5), max_size=25).map("".join))
def test_what_looks_like_toml(text: str) -> None:
    outcome(text.encode(), text.encode()[::2])


@FUZZ
@given(MANIFESTS, st.none() | BODIES)
def test_toml(document: dict[str, Any], vm: dict[str, Any] | None) -> None:
    found = outcome(dumped(document), None if vm is None else dumped(vm))
    assert not isinstance(found, UnreadableFileError)


@FUZZ
@given(
    st.dictionaries(
        NAMES.filter(str.isidentifier),
        st.dictionaries(KEYS, TELLING | st.lists(TELLING, max_size=3), max_size=4),
        max_size=3,
    )
)
def test_nearly_good_toml(vms: dict[str, dict[str, Any]]) -> None:
    outcome(dumped({"version": 1, "vm": vms}))


def dumped(document: dict[str, Any]) -> bytes:
    """Return TOML, with a number in it that Python would not write in decimal digits."""
    return tomli_w.dumps(document).replace(f'"{HUGE}"', hex(1 << 20_000)).encode()
