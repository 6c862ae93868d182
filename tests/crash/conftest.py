"""Tells how many kill points were survived, however many processes they were spread over."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    found = [dict(report.user_properties) for report in reports if report.when == "call"]
    for world in sorted({str(each["world"]) for each in found if "world" in each}):
        mine = [each for each in found if each.get("world") == world]
        points, of = (
            sum(int(str(each["survived"])) for each in mine),
            max(int(str(each["kill_points"])) for each in mine),
        )
        terminalreporter.write_line(f"Crash matrix, {world}: {points} of {of} kill points survived.")
