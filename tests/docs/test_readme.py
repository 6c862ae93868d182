"""The README and the docs say what is there."""

from __future__ import annotations

import re

from tests.conftest import ROOT, Dvm


def test_the_manifest_of_the_readme_is_one(dvm: Dvm) -> None:
    (manifest,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    dvm.write("dvm.toml", manifest)
    dvm.script("setup/base.sh", "true")
    result = dvm.run("plan", "--offline", "--json")
    assert result.code == 0
    assert result.json["summary"]["add"] == 1


def test_the_readme_names_targets_and_files_that_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^\$ make ([a-z-]+)", readme, re.MULTILINE))
    assert {"demo", "test", "check"} <= named <= targets
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", readme):
        assert (ROOT / link).exists(), link
    assert len(readme.splitlines()) <= 85, "one screen, and the rest in docs"
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        for link in re.findall(r"\]\((?!http|#)([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_words_of_the_glossary_are_there() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    for word in (
        "manifest", "desired", "observed", "drift", "change", "action", "step", "plan", "check", "apply", "receipt",
        "setup script", "managed", "unmanaged", "orphan",
    ):  # fmt: skip
        assert f"| {word} |" in glossary
