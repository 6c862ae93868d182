"""`terraform plan` of as many built-in resources, none of which changes: the peer that people know."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench.timing import Command, Series, in_turns


def terraform_plan(place: Path, count: int, runs: int) -> Series | None:
    """Return the runs of a plan of `count` resources; None where there is no terraform."""
    terraform = shutil.which("terraform")
    if terraform is None:
        return None
    sys.stderr.write(f"measuring terraform plan, {count} resources …\n")
    blocks = (f'resource "terraform_data" "vm{index:03d}" {{\n  input = "{index}"\n}}\n' for index in range(count))
    (place / "main.tf").write_text("".join(blocks), encoding="utf-8")
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(place), "CHECKPOINT_DISABLE": "1"}
    at = (terraform, f"-chdir={place}")
    for words in (("init",), ("apply", "-auto-approve", "-parallelism=64")):
        subprocess.run([*at, *words, "-input=false"], env=environment, check=True, capture_output=True)
    (series,) = in_turns([Command((*at, "plan", "-input=false"), environment)], runs)
    return series


def terraform_version() -> str:
    """Return the first line of `terraform version`; empty: there is none."""
    terraform = shutil.which("terraform")
    if terraform is None:
        return ""
    done = subprocess.run(
        [terraform, "version"], env={"CHECKPOINT_DISABLE": "1"}, capture_output=True, text=True, check=False
    )
    return done.stdout.partition("\n")[0]
