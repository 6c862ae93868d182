"""DVM205: a private key of the host that gets into the guest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.patterns import pattern
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.checks.scripts.values import Place
from dvm.checks.secrets.shapes import PRIVATE_KEY
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Command, Program
    from dvm.checks.subjects import ScriptSubject

_KEY_FILE = pattern(
    r"(.*/)?id_(rsa|dsa|ecdsa|ed25519)(_sk)?(?!.*\.pub$)[\w.-]*|(.*/)?\.?ssh/[\w.-]*(key|\.pem)|.*\.ssh/identity"
)
_KEY_DIRECTORY = pattern(r"(.*/)?\.ssh/?(\*|\.)?|(.*/)?\.gnupg(/private-keys.*)?/?(\*|\.)?")
_HOST = pattern(
    r"(/Users/|/mnt/(lima|host|mac)\S*/|/host(fs)?/|/media/|/tmp/lima/|.*(host\.lima\.internal|192\.168\.5\.2):).*"
)
_SECRET_PLACES = pattern(
    r".*(\.ssh/|/\.ssh$|\.gnupg|\.aws/credentials|\.aws$|\.kube/config|\.netrc|\.docker/config\.json|\.config/gh/|\.npmrc|\.git-credentials"
    r"|secring|private-keys|id_(rsa|dsa|ecdsa|ed25519)).*"
)
_PUBLIC = pattern(r".*(\.pub|known_hosts\d?|authorized_keys\d?|/config|/allowed_signers)$")
_ANY_KEY = r"(\.ssh/id_|\.gnupg|id_(rsa|dsa|ecdsa|ed25519)|\.aws/|\.kube/)"
_KEY_NAME = pattern(r"\.ssh/id_|\.gnupg|id_(?:rsa|dsa|ecdsa|ed25519)")
_HOSTS = pattern(r"host\.lima\.internal|192\.168\.5\.2\b")
_SENDERS = {
    "curl": r"(^|\s)(-T|--upload-file|-F|--form\S*|-d|--data\S*|--json)",
    "wget": r"--(post|body)-file",
    "nc": r"\S",
    "ncat": r"\S",
    "socat": r"\S",
    "gsutil": r"\bcp\b",
    "aws": r"\bcp\b",
    "rclone": r"\bcopy",
    "http": r"@",
    **dict.fromkeys(("python", "python3", "node", "perl", "ruby", "php"), r"https?://|urlopen|requests|socket|fetch\("),
}
_COPIES = frozenset(
    {"cp", "mv", "scp", "rsync", "install", "ln", "tar", "cat", "base64", "dd", "sftp", "limactl", "xxd"}
)


def issues(program: Program) -> Iterator[Issue]:
    """Yield each private key in the text, and each command that takes one over from the host."""
    for match in PRIVATE_KEY.finditer(program.text):
        line = program.text.count("\n", 0, match.start()) + 1
        column = match.start() - (program.text.rfind("\n", 0, match.start()) + 1) + 1
        yield Issue(Place(line, column, *program.around(line)), "The script holds a private key.")
    for command in program.commands:
        problem = _problem(command)
        if problem:
            yield Issue(command.place, f"`{code(command.text)}` {problem}.")
    for file in program.written:
        if _KEY_FILE.fullmatch(file.name) and not _PUBLIC.fullmatch(file.name):
            yield Issue(file.place, f"This writes a private key, `{code(file.name)}`.")
    yield from _agents(program)


def _problem(command: Command) -> str:  # noqa: C901, PLR0911 - one way out a kind of theft
    words = " ".join(command.texts)
    if command.name in _SENDERS and re.search(_SENDERS[command.name], words) and _sent(words):
        return "sends a private key away"
    if re.search(r"://[^/\s]*(host\.lima\.internal|192\.168\.5\.2)\S*" + _ANY_KEY, words):
        return "reaches for the host's keys"
    if (
        command.name in {"ssh", "autossh", "socat"}
        and _HOSTS.search(words)
        and re.search(r"S\.gpg-agent|agent\.sock|SSH_AUTH_SOCK|ssh-agent", words)
    ):
        return "makes the host's agent the guest's"
    if command.name in {"ssh", "autossh"} and _HOSTS.search(words) and "-A" in command.texts:
        return "hands the guest's agent on"
    texts = [text.partition("=")[2] if text.startswith(("if=", "of=")) else text for text in command.texts]
    host = [
        text
        for text in texts
        if _HOST.fullmatch(text) and _SECRET_PLACES.fullmatch(text) and not _PUBLIC.fullmatch(text)
    ]
    if host and command.name not in {"echo", "printf"}:
        return "reaches for the host's keys"
    if command.name == "ssh-add" and not set(texts) & {"-l", "-L", "-d", "-D", "-x", "-X"}:
        return "hands a private key to an agent"
    operands = [text for text in texts if not text.startswith("-")]
    if command.name in _COPIES:
        sources = operands if command.name in {"base64", "tar", "dd", "xxd"} else operands[:-1]
        keys = [text for text in operands if _KEY_FILE.fullmatch(text) and not _PUBLIC.fullmatch(text)]
        if keys:
            return "copies a private key"
        if command.name != "cat" and any(_KEY_DIRECTORY.fullmatch(text) for text in sources):
            return "copies a directory of private keys"
    if command.name in {"gpg", "gpg2"}:
        if any(text.startswith(("--export-secret", "--import-secret")) for text in texts):
            return "moves a secret key"
        if "--import" in texts and any(re.search(r"secret|private|secring", text) for text in operands):
            return "imports a secret key"
    return ""


def _sent(words: str) -> bool:
    return any(_KEY_NAME.search(word) and not word.endswith(".pub") for word in words.split())


def _agents(program: Program) -> Iterator[Issue]:
    for assignment in program.assignments:
        if assignment.name == "SSH_AUTH_SOCK" and assignment.value.known and _HOST.fullmatch(assignment.value.known):
            yield Issue(assignment.place, "This makes the host's SSH agent the guest's.")


CHECK: Check[ScriptSubject] = Check(
    code="DVM205",
    severity=Weight.DENY,
    title="Host private key",
    why=(
        "A key that is copied into the guest can be read by everything that ever becomes root there, and it opens "
        "what it opens for you: your repositories, your servers. A VM is made to be thrown away; a key is not."
    ),
    remedy=(
        "Let the VM have a key of its own: `dvm key VM` makes one and prints the public half, which you add where it "
        "is needed and take away with the VM. In a script: ssh-keygen -t ed25519 -N '' -f ~/.ssh/id_ed25519."
    ),
    find=finder(issues),
)
