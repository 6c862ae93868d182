"""The documentation builds as a site without a warning, and asks no other host for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def build(checkout: Path, place: Path) -> subprocess.CompletedProcess[str]:
    """Build the site. Not with --quiet: what mkdocs does not say, it does not count as a warning either."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(place)],
        cwd=checkout,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    place = tmp_path_factory.mktemp("site")
    done = build(ROOT, place)
    assert done.returncode == 0, done.stdout + done.stderr
    return place


def test_a_dead_link_a_dead_anchor_and_a_page_in_no_menu_are_errors(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "README.md").write_text("# Home\n\n[dead](none.md), [dead too](#none)\n")
    (tmp_path / "docs" / "lost.md").write_text("# Lost\n")
    config = re.sub(r"^nav:.*", "nav: [README.md]", (ROOT / "mkdocs.yml").read_text(), flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "mkdocs.yml").write_text(config)
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode == 1
    for name in ("none.md", "#none", "lost.md"):
        assert name in done.stderr


def test_every_page_is_built(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")}
    for page in pages:
        html = page.with_name("index.html") if page.name == "README.md" else page.with_suffix(".html")
        assert (site / html).is_file(), html


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    for page in site.rglob("*.html"):
        asked = re.findall(r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=\"?(https?:[^\">\s]+)", page.read_text())
        assert asked == [], page.name


def test_every_decision_is_in_their_list() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    decisions = {path.name for path in (ROOT / "docs" / "adr").glob("0*.md")}
    assert decisions == set(re.findall(r"\]\((0[^)]+)\)", index))
