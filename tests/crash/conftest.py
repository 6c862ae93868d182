"""Tells how many kill points were survived, however many processes they were spread over."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    found = [dict(report.user_properties) for report in reports if report.when == "call"]
    points = [int(str(each["survived"])) for each in found if "survived" in each]
    if points:
        of = max(int(str(each["kill_points"])) for each in found if "kill_points" in each)
        terminalreporter.write_line(f"Crash matrix: {sum(points)} of {of} kill points, all survived.")
