"""A Homebrew formula, made from the lock file: `make formula URL=…` prints it.

Each package that DVM needs is a resource: its source, of which the lock file has the SHA-256. Where that file is comes
from the package index that pip is set up for; nothing is taken whose digest the lock file has not.

    python -m tests.packaging.formula dist/dvm-0.1.0.tar.gz https://example.org/dvm-0.1.0.tar.gz [HOMEPAGE]
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import requires
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
_PYTHON = "3.13"
_JSON = "application/vnd.pypi.simple.v1+json"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)((?:[^\n]*\\\n\s+--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)
_HASH = re.compile(r"sha256:([0-9a-f]{64})")
_SYSTEMS = (
    {"sys_platform": "darwin", "platform_system": "Darwin"},
    {"sys_platform": "linux", "platform_system": "Linux"},
)


class Pinned(NamedTuple):
    """A package as the lock file has it."""

    name: str
    version: str
    hashes: frozenset[str]


class Resource(NamedTuple):
    """A file that the formula fetches."""

    name: str
    url: str
    sha256: str


def pinned(lock: str) -> dict[str, Pinned]:
    """Return the packages of a lock file, by name."""
    found = (
        Pinned(str(canonicalize_name(name)), version, frozenset(_HASH.findall(rest)))
        for name, version, rest in _PINNED.findall(lock)
    )
    return {each.name: each for each in found}


def needed(first: Iterable[str], requires: Callable[[str], list[str] | None]) -> list[str]:
    """Return the names of all that these requirements lead to, on macOS or on Linux, without extras."""
    found: dict[str, None] = {}
    waiting = list(first)
    while waiting:
        requirement = Requirement(waiting.pop())
        here = {"extra": "", "python_version": _PYTHON, "python_full_version": f"{_PYTHON}.0"}
        if requirement.marker is not None and not any(
            requirement.marker.evaluate(here | system) for system in _SYSTEMS
        ):
            continue
        name = str(canonicalize_name(requirement.name))
        if name not in found:
            found[name] = None
            waiting.extend(requires(name) or ())
    return sorted(found)


def resource(package: Pinned, files: Iterable[Mapping[str, Any]], page: str) -> Resource:
    """Return the source of a package, or a wheel for every system where it has none; the lock file has its digest.

    Raises:
        SystemExit: the index has no such file.
    """
    fitting = [each for each in files if each.get("hashes", {}).get("sha256") in package.hashes]
    for ending in (".tar.gz", ".zip", "-none-any.whl"):
        for each in fitting:
            if str(each["filename"]).endswith(ending):
                return Resource(package.name, urllib.parse.urljoin(page, str(each["url"])), each["hashes"]["sha256"])
    raise SystemExit(f"{package.name} {package.version}: the index has no source that the lock file knows")


def formula(project: Mapping[str, Any], own: Resource, homepage: str, resources: Iterable[Resource]) -> str:
    """Return the text of the formula."""
    return "\n".join(_lines(project, own, homepage, resources)) + "\n"


def _lines(project: Mapping[str, Any], own: Resource, homepage: str, resources: Iterable[Resource]) -> Iterator[str]:
    # Homebrew's own rules: no full stop, and not the name.
    description = str(project["description"]).split(":", maxsplit=1)[0].rstrip(".")
    yield "# Made from DVM's lock file by `make formula`."
    yield "class Dvm < Formula"
    yield "  include Language::Python::Virtualenv"
    yield ""
    yield f'  desc "{description}"'
    yield f'  homepage "{homepage}"'
    yield f'  url "{own.url}"'
    yield f'  sha256 "{own.sha256}"'
    yield f'  license "{project["license"]}"'
    yield ""
    yield '  depends_on "rust" => :build'
    yield '  depends_on "lima"'
    yield f'  depends_on "python@{_PYTHON}"'
    yield ""
    for each in resources:
        yield f'  resource "{each.name}" do'
        yield f'    url "{each.url}"'
        yield f'    sha256 "{each.sha256}"'
        yield "  end"
        yield ""
    yield "  def install"
    yield "    virtualenv_install_with_resources"
    yield '    man1.install Dir["docs/man/*.1"]'
    yield "  end"
    yield ""
    yield "  test do"
    yield '    (testpath/"dvm.toml").write "version = 1\\n[vm.app]\\n"'
    yield '    ENV["DVM_CONFIG_DIR"] = testpath'
    yield '    assert_match version.to_s, shell_output("#{bin}/dvm --version")'
    yield '    assert_match "1 to add", shell_output("#{bin}/dvm plan --offline")'
    yield "  end"
    yield "end"


def _index() -> str:
    """Return the index that pip is set up for, its own default included."""
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    named = (
        os.environ.get("PIP_INDEX_URL")
        or subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    )
    if not named:
        from pip._internal.models.index import PyPI

        named = str(PyPI.simple_url)
    return named.rstrip("/")


def _files(page: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(page, headers={"Accept": _JSON})
    with urllib.request.urlopen(request, timeout=60) as answer:
        files: list[dict[str, Any]] = json.load(answer)["files"]
        return files


def main(sdist: str, url: str, homepage: str = "") -> None:
    """Print the formula."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = pinned((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    resources, index = [], _index()
    for name in needed(project["dependencies"], requires):
        page = f"{index}/{name}/"
        resources.append(resource(lock[name], _files(page), page))
    own = Resource("dvm", url, hashlib.sha256(Path(sdist).read_bytes()).hexdigest())
    where = urllib.parse.urlsplit(url)
    sys.stdout.write(formula(project, own, homepage or f"{where.scheme}://{where.netloc}/", resources))


if __name__ == "__main__":
    main(*sys.argv[1:])
