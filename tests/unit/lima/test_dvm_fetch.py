"""dvm-fetch, run as a guest runs it, against a server of the test's own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dvm.lima
from dvm.lima.guest_programs import text

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(dvm.lima.__file__).parent / "guest" / "dvm-fetch"
CONTENT = b"#!/bin/sh\necho hello\n" * 100
SUM = hashlib.sha256(CONTENT).hexdigest()
NEEDED = ["sh", "cut", "tr", "mktemp", "chmod", "mv", "rm", "cat"]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/tool"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(CONTENT if found else b"nothing")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/tool"
    server.shutdown()
    server.server_close()


def _path(directory: Path, *programs: str) -> str:
    """A PATH with these programs and no others."""
    for name in (*NEEDED, *programs):
        found = sys.executable if name == "python3" else shutil.which(name)
        if found is None:
            pytest.skip(f"no {name} here")
        link = directory / name
        if not link.exists():
            link.write_text(f'#!/bin/sh\nexec {found} "$@"\n')
            link.chmod(0o755)
    return str(directory)


def _run(*words: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path or os.environ["PATH"], "no_proxy": "*"}
    return subprocess.run(
        ["/bin/sh", str(PROGRAM), *words], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    "programs", [("curl", "sha256sum"), ("wget", "sha256sum"), ("python3",), ("python3", "openssl")]
)
def test_a_file_with_the_digest_is_put_into_place(tmp_path: Path, url: str, programs: tuple[str, ...]) -> None:
    bin_, dest = tmp_path / "bin", tmp_path / "out" / "tool"
    bin_.mkdir()
    dest.parent.mkdir()
    done = _run(url, SUM.upper(), str(dest), "--mode", "755", path=_path(bin_, *programs))
    assert (done.returncode, done.stderr) == (0, "")
    assert dest.read_bytes() == CONTENT
    assert dest.stat().st_mode & 0o777 == 0o755
    assert list(dest.parent.iterdir()) == [dest]


def test_another_file_is_refused_and_the_old_one_stays(tmp_path: Path, url: str) -> None:
    dest = tmp_path / "tool"
    dest.write_text("old")
    done = _run(url, "0" * 64, str(dest))
    assert done.returncode == 1
    assert f"has SHA-256 {SUM}" in done.stderr
    assert dest.read_text() == "old"
    assert list(tmp_path.iterdir()) == [dest]


def test_what_is_there_already_is_not_fetched_again(tmp_path: Path) -> None:
    dest = tmp_path / "tool"
    dest.write_bytes(CONTENT)
    done = _run("http://127.0.0.1:1/tool", SUM, str(dest), "--mode=700")
    assert (done.returncode, done.stderr) == (0, "")
    assert dest.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "usage"),
        (("URL", SUM), "usage"),
        (("file:///etc/passwd", SUM, "DEST"), "no http or https address"),
        (("URL", "abc", "DEST"), "not 64"),
        (("URL", "g" * 64, "DEST"), "other characters"),
        (("URL", SUM, "DEST", "--mode", "u+x"), "no mode"),
        (("URL", SUM, "DEST", "--mode"), "no value"),
        (("URL", SUM, "DEST", "more"), "too many"),
        (("URL", SUM, "DEST", "--quiet"), "unknown option"),
        (("URL", SUM, "DIRECTORY"), "is a directory"),
        (("URL", SUM, "DEST/a"), "no directory"),
        (("URL-none", SUM, "DEST"), "can't be downloaded"),
    ],
)
def test_what_is_refused(tmp_path: Path, url: str, words: tuple[str, ...], why: str) -> None:
    places = {"DEST": str(tmp_path / "a"), "DIRECTORY": str(tmp_path), "URL": url, "URL-none": f"{url}/none"}
    given = [places.get(word, word.replace("DEST", str(tmp_path / "a"))) for word in words]
    done = _run(*given)
    assert done.returncode != 0
    assert why in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_guest_with_nothing_to_fetch_with_says_so(tmp_path: Path, url: str) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    done = _run(url, SUM, str(tmp_path / "a"), path=_path(bin_, "sha256sum"))
    assert done.returncode == 1
    assert "no curl, wget or python3" in done.stderr


def test_bootstrap_puts_it_into_place_whole_and_once(tmp_path: Path) -> None:
    whole = text("bootstrap")
    begin, end = whole.index("bin=/usr/local/bin"), whole.index("demand_become", whole.index("bin=/usr/local/bin"))
    given = whole[: whole.index("\n", whole.index("trap - EXIT"))] + "\n"
    piece = whole[begin:end].replace("/usr/local/bin", str(tmp_path / "bin"))
    for _ in range(2):
        done = subprocess.run(
            ["bash", "-euc", f"chown() {{ :; }}\n{given}{piece}"], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
    made = (tmp_path / "bin" / "dvm-fetch").stat()
    assert made.st_mode & 0o777 == 0o755
    assert [path.name for path in (tmp_path / "bin").iterdir()] == ["dvm-fetch"]
    refused = subprocess.run([tmp_path / "bin" / "dvm-fetch"], capture_output=True, text=True, check=False)
    assert "usage: dvm-fetch URL SHA256 DEST" in refused.stderr
