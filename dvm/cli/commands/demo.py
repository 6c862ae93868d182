"""`dvm demo`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from dvm.cli.run import run
from dvm.errors import DvmError
from dvm.model.names import longest_name
from dvm.views.styles import Ink, use_colour

_EXAMPLES = ("first", "pair")
_PREFIX = "d"
_LONGEST_NAME = len("app")
"""Of the VMs in them: their sockets' paths must not be too long for a socket."""


def demo() -> int:
    """Take a tour: plan, apply, plan on the examples, on a simulator of Lima.

    The planner, the checks and the executor are the real ones. No VM is booted and no script runs on this host;
    everything happens in a temporary directory, which is removed.

    Example: dvm demo
    """
    ink = Ink(use_colour(sys.stdout, os.environ))
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=_trusted_place()) as name:
        place = Path(name).resolve()
        environment = _environment(place)
        codes = []
        for number, example in enumerate(_EXAMPLES):
            _copy(_examples() / example, place / example)
            own = {"DVM_STATE_DIR": str(place / example / "state"), "LIMA_HOME": str(place / str(number))}
            codes.append(_tour(place / example / "dvm.toml", environment | own, ink))
    return max(codes)


def _tour(manifest: Path, environment: dict[str, str], ink: Ink) -> int:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        for arguments in (["plan"], ["apply", "-y"], ["plan", "--detailed-exitcode"]):
            command = " ".join(["dvm", *arguments, "-f", f"examples/{manifest.parent.name}/dvm.toml"])
            sys.stdout.write(f"\n{ink.bold(f'$ {command}')}\n")
            sys.stdout.flush()
            code = run([*arguments, "-f", str(manifest)])
            if code:
                return code
    finally:
        os.environ.clear()
        os.environ.update(before)
    return 0


def _environment(place: Path) -> dict[str, str]:
    """A limactl of the demo's own, so that a Lima of this host is neither needed nor touched."""
    package = Path(__file__).resolve().parents[3]
    limactl, ssh = place / "limactl", place / "ssh"
    for program, module in ((limactl, "__main__"), (ssh, "ssh")):
        program.write_text(
            f"#!{sys.executable} -I\nimport sys\nsys.path.insert(0, {str(package)!r})\n"
            f"from dvm.simulator.{module} import main\nmain()\n",
            encoding="utf-8",
        )
        program.chmod(0o700)
    passed = {name: value for name, value in os.environ.items() if not name.startswith(("DVM_", "LIMA"))}
    verbose = {name: os.environ[name] for name in ("DVM_VERBOSE", "DVM_IN_AUTOMATION") if name in os.environ}
    # Half a second a step: long enough to see the progress.
    pace = os.environ.get("DVM_SIM_DELAY", "0.5" if sys.stdout.isatty() else "0")
    return passed | verbose | {"DVM_LIMACTL": str(limactl), "SSH": str(ssh), "DVM_SIM_DELAY": pace}


def _examples() -> Path:
    """The examples: beside the package in an installation, beside it in the repository otherwise."""
    package = Path(__file__).resolve().parents[2]
    for place in (package / "examples", package.parent / "examples"):
        if place.is_dir():
            return place
    raise DvmError("The examples are not installed.", remedy="Install DVM again, or run it from its repository.")


def _copy(source: Path, target: Path) -> None:
    """Copy with modes that the checks accept, whatever umask the original was made with."""
    shutil.copytree(source, target, copy_function=shutil.copyfile)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o700)


def _trusted_place() -> Path:
    """A directory below which nobody else can write: DVM refuses manifests and scripts in others, /tmp included.

    Its path is short enough for the sockets of a Lima in it, which a macOS directory for temporary files need not be.
    """
    candidates = [
        Path(os.environ.get("TMPDIR") or tempfile.gettempdir()),
        Path(__file__).resolve().parents[3] / ".venv",
        Path.home() / ".cache",
        Path.home(),
    ]
    for candidate in candidates:
        if candidate.is_dir() and os.access(candidate, os.W_OK):
            place = candidate.resolve()
            if _is_trusted(place) and _is_short(place):
                return place
    raise DvmError(
        "There is no place for the demo that only you can write to.",
        detail=f"Looked at {', '.join(str(candidate) for candidate in candidates)}.",
        remedy="Name one by TMPDIR: neither it nor a directory above it may be writable for group or others, and its"
        " path has to be short, for there are sockets in it.",
    )


def _is_short(place: Path) -> bool:
    # What tempfile makes of the prefix, and the LIMA_HOME in it.
    return longest_name(str(place / f"{_PREFIX}12345678" / "0")) >= _LONGEST_NAME


def _is_trusted(path: Path) -> bool:
    facts = [part.stat() for part in (path, *path.parents)]
    return all(fact.st_uid in {0, os.geteuid()} and not fact.st_mode & 0o022 for fact in facts)
