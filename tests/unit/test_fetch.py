"""A template from the network comes whole and in time, or is an error."""

from __future__ import annotations

import threading
from http.client import IncompleteRead
from urllib.error import URLError

import pytest

from dvm.errors import DvmError
from dvm.observe import fetch

URL = "https://example.org/t.yaml"


def test_a_site_that_never_ends_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(fetch, "_ALL_SECONDS", 0.05)
    monkeypatch.setattr(fetch, "_content", lambda _url: b"late" if ended.wait(10) else b"")
    with pytest.raises(DvmError, match="not all of it came within") as caught:
        fetch.fetch_template(URL)
    ended.set()
    assert caught.value.remedy


def test_what_comes_in_time_is_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_content", lambda _url: b"cpus: 1\n")
    assert fetch.fetch_template(URL) == b"cpus: 1\n"


@pytest.mark.parametrize(
    "error", [URLError("no route"), OSError("reset"), ValueError("odd port"), IncompleteRead(b"x")]
)
def test_what_can_not_be_had_says_why(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(_url: str) -> bytes:
        raise error

    monkeypatch.setattr(fetch, "_content", fail)
    with pytest.raises(DvmError, match="can't be fetched"):
        fetch.fetch_template(URL)


def test_a_bug_is_no_error_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_url: str) -> bytes:
        raise KeyError("x")

    monkeypatch.setattr(fetch, "_content", fail)
    with pytest.raises(KeyError):
        fetch.fetch_template(URL)


def test_more_than_a_mebibyte_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_content", lambda _url: b"x" * ((1 << 20) + 1))
    with pytest.raises(DvmError, match="larger than 1 MiB"):
        fetch.fetch_template(URL)
