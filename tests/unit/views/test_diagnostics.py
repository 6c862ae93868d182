from __future__ import annotations

from pathlib import Path

import pytest

from dvm.diagnostics import Diagnostic, Location, Severity
from dvm.errors import DvmError, ManifestError
from dvm.views.diagnostics import render_diagnostic, render_error

MANIFEST = Path("/c/dvm.toml")


def unknown_key(line: int = 3, column: int | None = 1) -> Diagnostic:
    where = Location(MANIFEST, line, column)
    return Diagnostic(Severity.ERROR, "Unknown key: cpuz", 'Did you mean "cpus"?', where)


def test_the_place_the_line_and_a_caret() -> None:
    sources = {MANIFEST: b"version = 1\n[vm.app]\ncpuz = 4\n"}
    assert (
        render_diagnostic(unknown_key(), sources=sources)
        == """\
Error: Unknown key: cpuz

  at /c/dvm.toml:3:1
  3: cpuz = 4
     ^

  Did you mean "cpus"?
"""
    )


def test_the_caret_counts_characters_and_sees_through_tabs_and_escapes() -> None:
    text = render_diagnostic(unknown_key(1, 4), sources={MANIFEST: "\té\x1bx"})
    assert "  1:     é\\x1bx\n              ^\n" in text


def test_the_place_alone_where_the_text_is_not_known() -> None:
    text = render_diagnostic(unknown_key())
    assert "\n  at /c/dvm.toml:3:1\n" in text
    assert "  at /c/dvm.toml:9:1\n" in render_diagnostic(unknown_key(9), sources={MANIFEST: "one"})


def test_a_long_line_is_shown_around_its_column() -> None:
    text = render_diagnostic(unknown_key(1, 301), sources={MANIFEST: "a" * 300 + "B" + "c" * 300})
    excerpt, caret = text.split("\n")[3:5]
    assert len(excerpt) < 80
    assert excerpt[caret.index("^")] == "B"


def test_a_file_as_a_whole() -> None:
    diagnostic = Diagnostic(Severity.WARNING, "Old", "", Location(MANIFEST))
    assert render_diagnostic(diagnostic) == "Warning: Old\n\n  at /c/dvm.toml\n"


def test_every_mistake_of_a_manifest_and_how_many() -> None:
    one, two = ManifestError([unknown_key()]), ManifestError([unknown_key(), unknown_key(4)])
    assert "mistake" not in render_error(one)
    assert render_error(two).count("Error: Unknown key") == 2
    assert render_error(two).endswith("\nThe manifest has 2 mistakes.\n")


def test_an_error_says_what_why_and_what_to_do() -> None:
    error = DvmError("Lima is missing.", detail="There is no limactl on PATH.", remedy="brew install lima")
    assert (
        render_error(error)
        == """\
Error: Lima is missing.

  There is no limactl on PATH.

  brew install lima
"""
    )


def test_what_people_copy_is_not_wrapped_and_prose_is() -> None:
    command = "chmod go-w " + "/very/long/path" * 10
    text = render_error(DvmError("x", detail="word " * 40, remedy=command))
    assert f"  {command}\n" in text
    assert max(len(line) for line in text.split("\n") if "chmod" not in line) < 80


def test_a_bug_shows_no_traceback_unless_asked() -> None:
    with pytest.raises(KeyError) as caught:
        raise KeyError("oops")
    error = caught.value
    text = render_error(error)
    assert "This is a bug in DVM." in text
    assert "KeyError: 'oops'" in text
    assert "Traceback" not in text
    assert "Traceback" in render_error(error, verbose=True)


def test_a_command_in_backticks_is_not_broken() -> None:
    command = "dvm rm app -f /home/me/a/manifest.toml --discard-work"
    text = render_error(DvmError("x", detail=f"{'word ' * 12}and `{command}` is what to type, {'word ' * 12}"))
    assert f"`{command}`" in text
    assert max(map(len, text.split("\n"))) < 80
    assert "\0" not in text
