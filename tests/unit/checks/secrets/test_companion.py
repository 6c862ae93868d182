"""DVM401: secrets in the files beside a setup script, which are of any format."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dvm.checks.secrets import CHECKS, review
from dvm.model.evidence import Role
from tests import factories

SECRET = "kX9vTq2mWz"
TOKEN = "ghp_" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\n" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3\n" * 2
A_TOKEN, A_KEY = "This line holds a GitHub token.", "This line holds a private key."


def by_name(name: str) -> str:
    return f"The value of {name} looks like a secret by its name."


def found(content: bytes | str, name: str = "conf") -> list[tuple[int | None, str]]:
    data = content if isinstance(content, bytes) else content.encode()
    file = factories.evidence(f"/c/files/{name}", data, Role.COMPANION)
    results = review(replace(factories.manifest(), files=(file,)))
    for result in results:
        assert (result.code, result.subject, result.summary) == ("DVM401", f"/c/files/{name}", CHECKS[0].title)
        assert result.denies
        assert result.location is not None
        assert (result.location.path, result.location.column) == (file.path, None)
        shown = f"{result.subject} {result.summary} {result.detail} {result.remedy}"
        assert SECRET not in shown
        assert TOKEN not in shown
    return [(result.location.line if result.location else None, result.detail) for result in results]


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (f"a\n{TOKEN}\n", "conf", [(2, A_TOKEN)]),
        (f"{TOKEN} {TOKEN}\nb\n{TOKEN}\n", "conf", [(1, A_TOKEN), (3, A_TOKEN)]),
        (f"\n{TOKEN}\n", "conf", [(2, A_TOKEN)]),
        (f"a\n\n{KEY}", "id_ed25519", [(3, A_KEY)]),
        (f"user = me\npassword = {SECRET}\n", "conf", [(2, by_name("password"))]),
        (f"password = {SECRET}\n# {SECRET} is the old one\n", "conf", [(1, by_name("password"))]),
        (f'{{\n "a": 1,\n "apiKey": "{SECRET}"\n}}\n', "c.json", [(3, by_name("apiKey"))]),
        (f"<server>\n<password>{SECRET}</password>\n</server>\n", "settings.xml", [(2, by_name("password"))]),
        (f"machine example.org login me password {SECRET}\n", ".netrc", [(1, by_name("password"))]),
        (f"# h\nh:5432:db:me:{SECRET}\n", ".pgpass", [(2, by_name("password"))]),
        # In the order of lines, whatever gives each away.
        (f"password = {SECRET}\n{TOKEN}\n{KEY}", "conf", [(1, by_name("password")), (2, A_TOKEN), (3, A_KEY)]),
        (f"{TOKEN}\npassword = {SECRET}\n", "conf", [(1, A_TOKEN), (2, by_name("password"))]),
        # A token or a key in bytes that are no text is one all the same, as in an archive of ~/.ssh.
        (f"\0\n{KEY}".encode(), "ssh.tar", [(2, A_KEY)]),
        (b"\0\xff\n" + TOKEN.encode(), "tool", [(2, A_TOKEN)]),
        (b"\xff\n\xff " + TOKEN.encode() + b" \xff", "tool", [(2, A_TOKEN)]),
    ],
)
def test_a_secret_is_found_with_its_line(
    content: bytes | str, name: str, expected: list[tuple[int | None, str]]
) -> None:
    assert found(content, name) == expected


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("", "conf"),
        ("user = me\npassword_file = /run/db\n", "conf"),
        (f"h:5432:db:me:{SECRET}\n", "list"),
        # Names are read in text alone; a program that knows how a key begins has none.
        (f"\0password = {SECRET}\n".encode(), "tool"),
        (b"\0-----BEGIN OPENSSH PRIVATE KEY-----\0-----END OPENSSH PRIVATE KEY-----\0", "ssh-keygen"),
    ],
)
def test_what_is_no_secret_passes(content: bytes | str, name: str) -> None:
    assert found(content, name) == []


def test_one_line_is_one_finding() -> None:
    ((line, _),) = found(f"a\napi_token = {TOKEN}\n")
    assert line == 2


def test_a_name_that_is_a_secret_is_not_shown() -> None:
    assert found(f"{TOKEN}_password = {SECRET}\n")[0][0] == 1


def test_a_file_that_could_not_be_read_is_another_check_s() -> None:
    file = replace(factories.evidence("/c/files/conf", b"", Role.COMPANION), content=None)
    assert review(replace(factories.manifest(), files=(file,))) == []
    broken = replace(factories.evidence("/c/dvm.toml", b"", Role.MANIFEST), content=None)
    assert review(replace(factories.manifest(), files=(broken,))) == []
