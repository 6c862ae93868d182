"""DVM1xx: each check catches, and passes."""

from __future__ import annotations

import hashlib
import shlex
import subprocess
from pathlib import Path
from typing import Any

import msgspec.structs
import pytest

from dvm.checks.files import (
    broken_link,
    not_a_regular_file,
    pinned_digest_differs,
    review,
    unreadable_content,
    unsafe_directory,
    untrusted_limactl,
    writable_by_others,
    wrong_owner,
)
from dvm.checks.likewise import likewise
from dvm.checks.subjects import FileSubject
from dvm.checks.wording import quoted
from dvm.diagnostics import Location
from dvm.model.evidence import MAX_FILE_BYTES, Kind, PathPart, Role, Unreadable
from tests import factories
from tests.unit.checks.samples import (
    ESC,
    HOME_PARTS,
    ME,
    STRANGER,
    directory,
    file,
    file_subject,
    link,
    texts,
)

TEXTS = [Role.MANIFEST, Role.SCRIPT, Role.TEMPLATE, Role.LIMA_CONFIG]


@pytest.mark.parametrize("role", list(Role))
def test_good_file_passes_every_check(role: Role) -> None:
    assert review(file_subject(role)) == []


@pytest.mark.parametrize(
    ("role", "owner"), [*((role, STRANGER) for role in TEXTS), (Role.MANIFEST, 0), (Role.SCRIPT, 0)]
)
def test_wrong_owner_catches(role: Role, owner: int) -> None:
    (result,) = wrong_owner.CHECK.run(file_subject(role, owner=owner))
    assert result.denies
    assert f"uid {owner}" in result.detail
    assert "uid 1000" in result.detail
    assert result.remedy.endswith("sudo chown 1000 /home/me/dvm/base.sh")
    assert result.location == Location(Path("/home/me/dvm/base.sh"))


@pytest.mark.parametrize(
    ("role", "owner"),
    [*((role, ME) for role in TEXTS), (Role.TEMPLATE, 0), (Role.LIMA_CONFIG, 0), (Role.SCRIPT, None)],
)
def test_wrong_owner_passes(role: Role, owner: int | None) -> None:
    assert wrong_owner.CHECK.run(file_subject(role, owner=owner)) == []


@pytest.mark.parametrize(
    ("mode", "who"), [(0o664, "group"), (0o646, "every user"), (0o777, "every user"), (0o620, "group")]
)
def test_writable_by_others_catches(mode: int, who: str) -> None:
    subject = file_subject(mode=mode, resolved=Path("/home/me/real dir/base.sh"))
    (result,) = writable_by_others.CHECK.run(subject)
    assert result.denies
    assert f"{mode:04o}" in result.detail
    assert who in result.detail
    assert "chmod go-w '/home/me/real dir/base.sh'" in result.remedy
    assert "sudo" not in result.remedy


def test_writable_by_others_says_sudo_for_a_file_of_roots() -> None:
    (result,) = writable_by_others.CHECK.run(file_subject(Role.TEMPLATE, mode=0o666, owner=0))
    assert "sudo chmod go-w /home/me/dvm/base.sh" in result.remedy


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o500, 0o444, None])
def test_writable_by_others_passes(mode: int | None) -> None:
    assert writable_by_others.CHECK.run(file_subject(mode=mode)) == []


@pytest.mark.parametrize(
    ("part", "words", "remedy"),
    [
        (directory("/home/me/dvm", mode=0o775), ["/home/me/dvm", "0775", "group"], "chmod go-w /home/me/dvm"),
        (directory("/home/me/dvm", mode=0o707), ["0707", "every user"], "chmod go-w /home/me/dvm"),
        (directory("/srv", 0, 0o775), ["/srv"], "sudo chmod go-w /srv"),
        (directory("/srv/theirs", STRANGER), ["/srv/theirs", "uid 4242"], "sudo chown 1000 /srv/theirs"),
        (directory("/tmp", 0, 0o1777), ["/tmp", "sticky"], "Move it out of /tmp"),
        (directory("/tmp/mine", ME, 0o1770), ["1770", "sticky"], "Move it out of /tmp/mine"),
        (
            link("/home/me/dotfiles", STRANGER),
            ["/home/me/dotfiles", "uid 4242", "link"],
            "sudo chown -h 1000",
        ),
    ],
)
def test_unsafe_directory_catches(part: Any, words: list[str], remedy: str) -> None:
    (result,) = unsafe_directory.CHECK.run(file_subject(parts=(*HOME_PARTS, part)))
    assert result.denies
    assert result.subject == "/home/me/dvm/base.sh"
    assert all(word in result.detail for word in ["/home/me/dvm/base.sh", *words])
    assert remedy in result.remedy


def test_unsafe_directory_never_tells_to_change_the_mode_of_tmp() -> None:
    (result,) = unsafe_directory.CHECK.run(file_subject(parts=(directory("/tmp", 0, 0o1777),)))
    assert "chmod" not in result.remedy


def test_unsafe_directory_names_each_directory_once() -> None:
    bad = directory("/home/me/a", mode=0o777)
    parts = (*HOME_PARTS, bad, link("/home/me/a/l"), directory("/x", STRANGER), bad)
    assert len(unsafe_directory.CHECK.run(file_subject(parts=parts))) == 2


def test_files_that_one_command_fixes_are_shown_together() -> None:
    open_ = [file_subject(path=f"/c/{name}", mode=mode) for name, mode in (("a", 0o666), ("b", 0o666), ("c", 0o664))]
    results = [result for subject in open_ for result in writable_by_others.CHECK.run(subject)]
    assert [each.remedy for each in likewise(results)] == [
        "Read it, then: chmod go-w /c/a /c/b", "Read it, then: chmod go-w /c/c",
    ]  # fmt: skip
    theirs = [file_subject(path=f"/c/{name}", owner=owner) for name, owner in (("a", 7), ("b", 7), ("c", 8))]
    results = [result for subject in theirs for result in wrong_owner.CHECK.run(subject)]
    assert [each.remedy.rpartition(": ")[2] for each in likewise(results)] == [
        "sudo chown 1000 /c/a /c/b", "sudo chown 1000 /c/c",
    ]  # fmt: skip


def test_directories_that_one_command_shuts_are_shown_together() -> None:
    parts = [directory(f"/home/me/{name}", mode=mode) for name, mode in (("a", 0o777), ("b", 0o777), ("c", 0o775))]
    results = [result for part in parts for result in unsafe_directory.CHECK.run(file_subject(parts=(part,)))]
    assert [each.remedy for each in likewise(results)] == [
        "chmod go-w /home/me/a /home/me/b", "chmod go-w /home/me/c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "part", [directory("/opt", 0), link("/home/me/l"), link("/home/l", 0), directory("/r", 0, 0o555)]
)
def test_unsafe_directory_passes(part: Any) -> None:
    assert unsafe_directory.CHECK.run(file_subject(parts=(*HOME_PARTS, part))) == []


@pytest.mark.parametrize("kind", [Kind.FIFO, Kind.SOCKET, Kind.DEVICE, Kind.DIRECTORY])
def test_not_a_regular_file_catches(kind: Kind) -> None:
    bad = file_subject(kind=kind, problem=Unreadable.NOT_REGULAR, content=None, sha256=None)
    (result,) = not_a_regular_file.CHECK.run(bad)
    assert result.denies
    assert str(kind) in result.detail
    assert [found.code for found in review(bad)] == ["DVM104"]


@pytest.mark.parametrize("changes", [{}, {"kind": Kind.SYMLINK, "problem": Unreadable.DANGLING}, {"kind": None}])
def test_not_a_regular_file_passes(changes: dict[str, Any]) -> None:
    assert not_a_regular_file.CHECK.run(file_subject(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "words", "line"),
    [
        ({"problem": Unreadable.TOO_LARGE, "content": None, "sha256": None}, "larger than 1 MiB", None),
        ({"content": b"x" * (MAX_FILE_BYTES + 1)}, "larger than 1 MiB", None),
        ({"content": b"a\nb\0c\n"}, "NUL byte in line 2", 2),
        ({"content": b"a\nb\n\xff\n"}, "line 3 has the byte 0xff", 3),
        ({"content": b"\xed\xa0\x80"}, "not UTF-8", 1),
        (
            {"content": None, "problem": Unreadable.DENIED, "reason": f"no{ESC}"},
            "may not be read (no\\x1b",
            None,
        ),
        ({"content": None, "problem": Unreadable.CHANGED}, "changed while it was read", None),
        ({"content": None, "problem": Unreadable.FAILED}, "could not be read", None),
        ({"content": None, "problem": None}, "could not be read", None),
    ],
)
def test_unreadable_content_catches(changes: dict[str, Any], words: str, line: int | None) -> None:
    (result,) = unreadable_content.CHECK.run(file_subject(**changes))
    assert result.denies
    assert words in result.detail
    assert result.location == Location(Path("/home/me/dvm/base.sh"), line)
    assert result.remedy


@pytest.mark.parametrize("content", [b"", "# grüße 🐧\n".encode(), b"x" * MAX_FILE_BYTES])
def test_unreadable_content_passes(content: bytes) -> None:
    assert unreadable_content.CHECK.run(file_subject(content=content)) == []


def test_unreadable_content_leaves_missing_files_to_the_manifest_loader() -> None:
    assert unreadable_content.CHECK.run(file_subject(content=None, problem=Unreadable.MISSING)) == []


@pytest.mark.parametrize("problem", [Unreadable.DANGLING, Unreadable.LOOP])
def test_broken_link_catches(problem: Unreadable) -> None:
    bad = file_subject(
        problem=problem, content=None, sha256=None, kind=None, owner=None, mode=None, resolved=None,
        parts=(*HOME_PARTS, link("/home/me/dvm/base.sh")),
    )  # fmt: skip
    (result,) = broken_link.CHECK.run(bad)
    assert result.denies
    assert str(problem) in result.detail
    assert "readlink /home/me/dvm/base.sh" in result.remedy
    assert [found.code for found in review(bad)] == ["DVM107"]


@pytest.mark.parametrize("problem", [None, Unreadable.MISSING, Unreadable.DENIED])
def test_broken_link_passes(problem: Unreadable | None) -> None:
    assert broken_link.CHECK.run(file_subject(problem=problem)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"owner": STRANGER}, "uid 4242"),
        ({"mode": 0o775}, "0775"),
        ({"parts": (directory("/opt/homebrew/bin", ME, 0o775),)}, "/opt/homebrew/bin"),
        ({"parts": (link("/usr/local/bin/limactl", STRANGER),)}, "/usr/local/bin/limactl"),
        ({"kind": Kind.FIFO}, "FIFO"),
        ({"owner": None, "mode": None, "kind": None, "problem": Unreadable.DENIED}, "may not be read"),
        ({"problem": Unreadable.CHANGED}, "changed"),
    ],
)
def test_untrusted_limactl_catches(changes: dict[str, Any], words: str) -> None:
    bad = file_subject(Role.LIMACTL, "/usr/bin/limactl", **changes)
    (result,) = untrusted_limactl.CHECK.run(bad)
    assert result.denies
    assert words in result.detail
    assert result.remedy
    assert [found.code for found in review(bad)] == ["DVM109"]


@pytest.mark.parametrize(
    ("mode", "group", "trusted", "caught"),
    [
        (0o775, 80, {80}, False),
        (0o775, 80, {79, 80}, False),
        (0o775, 80, set(), True),
        (0o775, 81, {80}, True),
        (0o775, None, {80}, True),
        (0o777, 80, {80}, True),
        (0o757, 80, {80}, True),
    ],
)
def test_a_group_whose_members_count_as_the_owner_may_change_limactl_and_nothing_else(
    mode: int, group: int | None, trusted: set[int], caught: bool
) -> None:
    groups = frozenset(trusted)
    part = PathPart(Path("/opt/homebrew"), Kind.DIRECTORY, ME, mode, group)
    for changes in ({"mode": mode, "group": group}, {"parts": (part,)}):
        limactl = file_subject(Role.LIMACTL, "/usr/bin/limactl", trusted_groups=groups, **changes)
        assert [result.code for result in review(limactl)] == (["DVM109"] if caught else [])
        script = file_subject(trusted_groups=groups, **changes)
        assert [result.code for result in review(script)] == ["DVM103" if "parts" in changes else "DVM102"]


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        *((role, ["DVM101", "DVM102", "DVM103", "DVM105"]) for role in (Role.MANIFEST, Role.SCRIPT, Role.LOCK)),
        (Role.COMPANION, ["DVM101", "DVM102", "DVM103"]),
        (Role.LIMA_FILE, ["DVM101", "DVM102", "DVM103"]),
        (Role.TEMPLATE, ["DVM101", "DVM102", "DVM103", "DVM105", "DVM111"]),
        (Role.LIMA_CONFIG, ["DVM101", "DVM102", "DVM103", "DVM105", "DVM111"]),
        *((role, ["DVM109"] * 3) for role in (Role.LIMACTL, Role.HELPER, Role.LIMA_PLACE)),
    ],
)
def test_what_a_file_is_decides_what_is_looked_at(role: Role, codes: list[str]) -> None:
    open_to_all = directory("/home/me/dvm", mode=0o777)
    bad = file_subject(role, owner=STRANGER, mode=0o666, parts=(open_to_all,), content=b"a: b\0\n")
    assert [result.code for result in review(bad)] == codes


@pytest.mark.parametrize(
    ("role", "remedy"),
    [(Role.LIMACTL, "Reinstall Lima, or set DVM_LIMACTL."), (Role.HELPER, "See what is there, and reinstall it.")],
)
def test_a_program_of_which_nothing_is_known_denies(role: Role, remedy: str) -> None:
    for changes in ({"owner": None}, {"mode": None}, {"problem": Unreadable.CHANGED}):
        (result,) = untrusted_limactl.CHECK.run(file_subject(role, "/usr/bin/x", **changes))
        assert "so nothing is known of it" in result.detail
        assert result.remedy == remedy
    (result,) = untrusted_limactl.CHECK.run(file_subject(role, "/usr/bin/x", kind=Kind.DIRECTORY))
    assert "is a directory, not a program" in result.detail


def test_a_directory_that_limactl_uses_is_judged_by_its_path() -> None:
    place = {"kind": Kind.DIRECTORY, "owner": None, "mode": None}
    assert review(file_subject(Role.LIMA_PLACE, "/usr/share/lima", **place)) == []
    (result,) = review(file_subject(Role.LIMA_PLACE, "/usr/share/lima", parts=(directory("/usr", STRANGER),), **place))
    assert result.code == "DVM109"


@pytest.mark.parametrize("owner", [0, ME])
def test_untrusted_limactl_passes_a_binary_larger_than_any_text(owner: int) -> None:
    binary = file_subject(
        Role.LIMACTL,
        "/usr/bin/limactl",
        owner=owner,
        mode=0o755,
        content=None,
        sha256=None,
        problem=Unreadable.TOO_LARGE,
    )
    assert review(binary) == []


def test_pinned_digest_differs_catches_a_script() -> None:
    pinned, place = "0" * 64, Location(Path("/c/dvm.toml"), 7, 3)
    script = factories.script("base.sh", sha256=pinned)
    vm = msgspec.structs.replace(
        factories.desired("app", factories.script("first.sh"), script), locations={"setup[1].sha256": place}
    )
    (pin,) = pinned_digest_differs.pins_of(vm)
    (result,) = pinned_digest_differs.CHECK.run(pin)
    assert result.denies
    assert pinned in result.detail
    assert f' sha256 = "{script.sha256}"' in result.remedy
    assert result.location == place


def test_pinned_digest_differs_catches_a_template() -> None:
    vm = factories.desired(template="./t.yaml", template_sha256="1" * 64)
    vm = msgspec.structs.replace(vm, template_file=file(Role.TEMPLATE, "/c/t.yaml"))
    (pin,) = pinned_digest_differs.pins_of(vm)
    (result,) = pinned_digest_differs.CHECK.run(pin)
    assert " template_sha256 = " in result.remedy
    assert result.subject == "/c/t.yaml"
    assert result.location == Location(Path("/c/t.yaml"))


def test_pinned_digest_differs_passes() -> None:
    digest = hashlib.sha256(b"true\n").hexdigest()
    pinned = factories.desired("app", factories.script("base.sh", sha256=digest))
    (pin,) = pinned_digest_differs.pins_of(pinned)
    assert pinned_digest_differs.CHECK.run(pin) == []
    url = factories.desired(template="https://example.com/t.yaml", template_sha256="1" * 64)
    for vm in (factories.desired("app", factories.script("base.sh")), url):
        assert list(pinned_digest_differs.pins_of(vm)) == []
    unread = pinned_digest_differs.PinnedFile(file(content=None, sha256=None), "1" * 64, "sha256")
    assert pinned_digest_differs.CHECK.run(unread) == []


def test_hostile_names_never_reach_the_terminal() -> None:
    name = f"/home/me/{ESC}\u202e\udcff/x.sh"
    evidence = file(
        path=name,
        owner=STRANGER,
        mode=0o666,
        content=b"\0\xff",
        parts=(directory(f"/{ESC}", STRANGER), link(name, STRANGER)),
    )
    limactl = file(Role.LIMACTL, name, kind=Kind.FIFO, mode=0o777)
    broken = file(path=name, problem=Unreadable.LOOP, content=None, parts=(link(name),))
    results = [result for e in (evidence, limactl, broken) for result in review(FileSubject(e, ME))]
    assert len(results) >= 8
    assert texts(results).replace("\n", "").isprintable()


@pytest.mark.parametrize("name", ["/a b/c", "/it's", "/\x1b[31m\\'q", "/é\u202e\n\t", "/$(id)`x`", "/\udcff\x7f0f"])
def test_quoted_paths_are_read_back_to_the_byte(name: str) -> None:
    word = quoted(Path(name))
    assert word.isprintable()
    said = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True).stdout
    assert said == name.encode("utf-8", "surrogateescape")
    assert word == shlex.quote(name) or word.startswith("$'")
