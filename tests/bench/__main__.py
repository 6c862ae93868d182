"""`make bench`: how long DVM takes, beside what it is compared to; see docs/performance.md."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

from tests.bench.cases import Results, measure
from tests.bench.chart import chart
from tests.bench.report import document, machine, markdown
from tests.bench.timing import Spread
from tests.bench.world import ROOT, trusted_place

PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "images" / "plan-time.svg"
_BEGIN, _END = "<!-- bench: begin -->\n", "<!-- bench: end -->\n"


def main() -> None:
    """Measure, print the tables, and write them, with the chart and every single run, into a directory."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="counted runs of each command (10)")
    parser.add_argument("--apply-runs", type=int, default=10, help="counted runs of the apply, some 25 s each; 0: none")
    parser.add_argument("--vms", default="1,10,100,1000", help="how many VMs the plans have (1,10,100,1000)")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build" / "bench", help="directory for bench.md, .json, .svg"
    )
    parser.add_argument("--page", action="store_true", help="also put tables and chart into docs/performance.md")
    options = parser.parse_args()
    sizes = sorted({int(word) for word in options.vms.split(",")})
    if len(sizes) < 2:
        parser.error("--vms: at least two sizes, since the cost of a VM is the difference of two")
    about = machine()
    place = trusted_place()
    try:
        results = measure(place, runs=options.runs, sizes=sizes, apply_runs=options.apply_runs)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    text = markdown(results, about)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "bench.md").write_text(text, encoding="utf-8")
    (options.out / "bench.json").write_text(json.dumps(document(results, about), indent=1) + "\n", encoding="utf-8")
    (options.out / "plan-time.svg").write_text(_picture(results), encoding="utf-8")
    sys.stdout.write(text)
    if options.page:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
        after = rest.partition(_END)[2]
        PAGE.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", encoding="utf-8")
        PICTURE.write_text(_picture(results), encoding="utf-8")


def _picture(results: Results) -> str:
    lines = {
        "dvm plan": {count: _ms(each.first.wall) for count, each in results.plans.items()},
        "limactl list --json": {count: _ms(each.second.wall) for count, each in results.plans.items()},
    }
    if results.terraform:
        lines["terraform plan"] = {count: _ms(each.wall) for count, each in results.terraform.items()}
    return chart("A plan without changes", "VMs", "ms", lines)


def _ms(seconds: list[float]) -> float:
    return Spread.of(seconds).median * 1e3


if __name__ == "__main__":
    main()
