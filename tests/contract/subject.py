"""A limactl under test, and what its calls answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests import conftest

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = "vmType: qemu\narch: x86_64\nimages:\n- location: {image}\n  arch: x86_64\n"
SIMULATOR = [sys.executable, "-c", "from dvm.simulator.__main__ import main; main()"]
QUIET = ("--tty=false", "--containerd=none")


@dataclass(frozen=True)
class Answer:
    """What a call said and how it ended."""

    code: int
    out: str
    err: str

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Lima:
    """One limactl with a LIMA_HOME of its own. `cwd` is where it runs; `template` a path it can create from."""

    program: list[str]
    home: Path
    cwd: Path
    template: Path
    real: bool
    env: dict[str, str] = field(default_factory=dict)

    def run(self, *args: str | Path, stdin: str | None = None, timeout: float = 60) -> Answer:
        environment = {**os.environ, "LIMA_HOME": str(self.home), **self.env}
        words, stdin = [*map(str, args)], "" if stdin is None else stdin
        if not self.real:
            ended = conftest.Result.of(
                conftest.program(conftest.SIMULATOR).run(
                    words, environment=environment, directory=self.cwd, stdin=stdin.encode(), timeout=timeout
                )
            )
            return Answer(ended.code, ended.out, ended.err)
        done = subprocess.run(
            [*self.program, *words],
            cwd=self.cwd,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def ok(self, *args: str | Path, stdin: str | None = None, timeout: float = 60) -> Answer:
        """Run what must succeed."""
        answer = self.run(*args, stdin=stdin, timeout=timeout)
        assert answer.code == 0, answer
        return answer

    def refused(self, *args: str | Path, stdin: str | None = None) -> str:
        """Run what must be refused with exit 1; return what was said."""
        answer = self.run(*args, stdin=stdin)
        assert answer.code == 1, answer
        assert "level=fatal" in answer.err
        return answer.err

    def create(self, name: str, *flags: str) -> Answer:
        return self.ok("create", f"--name={name}", *QUIET, *flags, self.template)

    def edit(self, name: str, *flags: str) -> Answer:
        return self.ok("edit", "--tty=false", name, *flags)

    def line(self, name: str) -> dict[str, Any]:
        (line,) = self.ok("list", "--json", name).lines()
        return line

    def config(self, name: str) -> dict[str, Any]:
        config: dict[str, Any] = self.line(name)["config"]
        return config

    def lima_yaml(self, name: str) -> str:
        return (self.home / name / "lima.yaml").read_text()

    def configure(self, name: str, text: str) -> None:
        """Write `_config/NAME.yaml`."""
        directory = self.home / "_config"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        (directory / f"{name}.yaml").write_text(text)
