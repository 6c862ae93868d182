"""A template from the network comes whole and in time, or is an error."""

from __future__ import annotations

import threading
import time
from http.client import IncompleteRead
from urllib.error import URLError

import pytest

from dvm.errors import DvmError
from dvm.observe import fetch

URL = "https://example.org/t.yaml"


def outcome(url: str = URL) -> bytes | DvmError:
    return fetch.fetch_templates([url])[url]


def test_sites_that_never_end_take_no_longer_together_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    asked: list[str] = []

    def content(url: str) -> bytes:
        asked.append(url)
        return b"late" if url != URL and ended.wait(10) else b"cpus: 1\n"

    monkeypatch.setattr(fetch, "_ALL_SECONDS", 0.3)
    monkeypatch.setattr(fetch, "_content", content)
    slow = [f"https://example.org/{number}.yaml" for number in range(20)]
    begun = time.monotonic()
    found = fetch.fetch_templates([URL, *slow, URL, *slow])
    assert time.monotonic() - begun < 2
    assert found.pop(URL) == b"cpus: 1\n"
    errors = [each for each in found.values() if isinstance(each, DvmError)]
    assert (list(found), len(errors)) == (slow, 20)
    assert all("not all of it came within" in str(each.summary) and each.remedy for each in errors)
    ended.set()
    assert asked.count(URL) == 1


def test_what_comes_in_time_is_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_content", lambda _url: b"cpus: 1\n")
    assert outcome() == b"cpus: 1\n"
    assert fetch.fetch_templates([]) == {}


@pytest.mark.parametrize(
    "error", [URLError("no route"), OSError("reset"), ValueError("odd port"), IncompleteRead(b"x")]
)
def test_what_can_not_be_had_says_why(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(_url: str) -> bytes:
        raise error

    monkeypatch.setattr(fetch, "_content", fail)
    found = outcome()
    assert isinstance(found, DvmError)
    assert "can't be fetched" in found.summary
    assert found.__cause__ is error


def test_a_bug_is_no_error_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_url: str) -> bytes:
        raise KeyError("x")

    monkeypatch.setattr(fetch, "_content", fail)
    with pytest.raises(KeyError):
        outcome()


def test_more_than_a_mebibyte_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_content", lambda _url: b"x" * ((1 << 20) + 1))
    found = outcome()
    assert isinstance(found, DvmError)
    assert "larger than 1 MiB" in found.summary
