from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.model.units import GIB, MIB, format_duration, format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GiB", 8 * GIB),
        ("512MiB", 512 * MIB),
        ("1.5GiB", 1536 * MIB),
        (" 2 GiB ", 2 * GIB),
        ("1TiB", 1024 * GIB),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "8", "8G", "8gib", "GiB", "-1GiB", "1,5GiB", "8GB", "0.3KiB", "٨GiB", "1e3MiB"])
def test_no_sizes(text: str) -> None:
    with pytest.raises(ValueError, match=r"size|GiB"):
        parse_size(text)


def test_decimal_units_are_named() -> None:
    with pytest.raises(ValueError, match="MiB instead of MB"):
        parse_size("512MB")


@given(st.integers(1, 1 << 40).map(lambda kib: kib * 1024))
def test_a_size_comes_back(size: int) -> None:
    assert parse_size(format_size(size)) == size


@pytest.mark.parametrize(("text", "seconds"), [("15m", 900), ("1h30m", 5400), ("90s", 90), ("1h1s", 3601)])
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "15", "m", "1m1h", "1.5h", "-1s", "0s", "0h0m", "1 h", "1d", "8761h", "9" * 5000 + "s"]
)
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@given(st.integers(1, 365 * 24 * 3600))
def test_a_duration_comes_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_a_value_error(text: str) -> None:
    for parse in (parse_size, parse_duration):
        try:
            assert parse(text) >= 0
        except ValueError as error:
            assert str(error)  # noqa: PT017
