"""A VM that nobody knows."""

from __future__ import annotations

import pytest

from dvm.errors import ExitCode, UnknownVMError


@pytest.mark.parametrize(
    ("known", "detail", "remedy"),
    [
        (["db", "app"], "There are app, db.", 'Did you mean "app"?'),
        (["db"], "There is db.", "Name one of these, or declare it with `dvm new appp`."),
        ([], "There is none at all.", "Declare it with `dvm new appp`."),
    ],
)
def test_the_nearest_name_is_offered(known: list[str], detail: str, remedy: str) -> None:
    error = UnknownVMError("appp", known)
    assert (error.exit_code, error.summary) == (ExitCode.USAGE, 'There is no VM "appp".')
    assert (error.detail, error.remedy) == (detail, remedy)


def test_the_place_is_named() -> None:
    assert UnknownVMError("x", [], place="dvm.toml").summary == 'There is no VM "x" in dvm.toml.'
