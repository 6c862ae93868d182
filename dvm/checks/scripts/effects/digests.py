"""Programs that take digests, compare them, and check signatures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.effects.downloads import remote
from dvm.checks.scripts.effects.options import ParsedOptions, names_of, take_apart
from dvm.checks.scripts.effects.streams import EFFECTS as STREAMS
from dvm.checks.scripts.program import Sunk
from dvm.checks.scripts.values import EMPTY, Hole, Known, OriginKind, Value, literal, untokened
from dvm.checks.scripts.verified import SAME_SOURCE, by_digest, is_given

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dvm.checks.scripts.program import Command, Stored
    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import Part

_STRONG = pattern(r"(sha|shasum|b2|b3).*|cksum")
_LINE = pattern(
    r"^\s*\\?(?:SHA\d+ \((?P<bsd>[^\n]+?)\) = )?(?P<digest>[^\s(]+)(?:[ \t]+\*?(?P<path>[^\n]+?))?\s*$", re.MULTILINE
)
_HEX = pattern(r"[0-9a-fA-F]{56,128}")
_FINGERPRINT = pattern(r"[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}")
_SUFFIX = pattern(r"\.(sha(256|384|512)?(sums?)?|digest|sum|txt)$", re.IGNORECASE)
# Neither repeats nor choices: what it takes is as long as the line.
_PLAIN_PATTERN = pattern(r"(?:[\w ./^$-]|\\\.){1,120}")
_PLAIN_GREP = frozenset({"-E", "-F", "-h", "-e"})
_LONGEST = 1 << 16
_HOLE = pattern("\ue000[^\ue001]*\ue001")
_SHORTEST_BEGIN = 3
"""Letters of a file's name that have to be known: `$NAME` alone would be any line's."""
_WITH_VALUE = frozenset({"-a", "--algorithm", "-l", "--length"})


def _digest(shell: Shell, command: Command) -> Value:
    line = take_apart(command.args, _WITH_VALUE)
    if not _is_strong(command, line.value("-a", "--algorithm")):
        return shell.other(command)
    if not line.has("-c", "--check"):
        return _taken(shell, command, line.operands)
    for operand in line.operands:
        _check(shell, shell.read(operand, command.stdin), operand)
        shell.disk.forget(operand)
    if not line.operands and command.stdin is not None:
        _check(shell, command.stdin, None)
    return EMPTY


def _is_strong(command: Command, algorithm: Value | None) -> bool:
    if command.name in {"shasum", "cksum"}:
        # Without -a these take SHA-1 and a CRC.
        return algorithm is not None and re.search(r"224|256|384|512", algorithm.text) is not None
    return True


def _taken(shell: Shell, command: Command, operands: list[Value]) -> Value:
    file: Stored | None = None
    if operands:
        file = shell.disk.find(operands[0])
    elif command.stdin is not None:
        file = shell.disk.by_content(command.stdin)
    key = " ".join(word.key for word in command.words)
    return Value((Hole(f"digest:{key}", digest_of=None if file is None else file.key),))


def _check(shell: Shell, sums: Value, list_file: Value | None) -> None:
    """Take note of `sha256sum -c` with these lines of sums."""
    origin = sums.origin
    if origin is not None and origin.kind is OriginKind.REMOTE and sums.leading_origin is not None:
        for file in shell.disk.pending():
            file.doubt = SAME_SOURCE
        return
    if sums.digest_of is not None and sums.known is None and len(sums.holes) == len(sums.parts):
        # A list that was taken of the file itself says that the file is the file.
        return
    if not _check_lines(shell, sums) and len(sums.parts) == 1 and sums.known is None:
        _check_listed(shell, sums.parts[0], list_file)


def _check_lines(shell: Shell, sums: Value) -> bool:
    found = False
    for digest, path in _lines(sums):
        file = shell.disk.find(path) or _of_a_kind(shell, path)
        if file is None:
            continue
        found = True
        origin = digest.origin
        if origin is not None and origin.kind is OriginKind.REMOTE:
            file.doubt = SAME_SOURCE
        elif digest.digest_of is not None:
            file.doubt = "it is compared with its own checksum"
        elif is_given(digest) if digest.holes else _HEX.fullmatch(digest.text):
            shell.verify(file)
    return found


def _of_a_kind(shell: Shell, path: Value) -> Stored | None:
    """Return the download whose name, built at run time, is that of a list's line: `tool-$(uname -m).tar.gz`."""
    name = path.known
    if name is None:
        return None
    for file in shell.disk.pending():
        begin, *rest = _HOLE.split(file.name)
        if rest and len(begin) >= _SHORTEST_BEGIN:
            rule = ".+".join(map(re.escape, (begin, *rest)))
            if re.fullmatch(rule, name.rpartition("/")[2]):
                return file
    return None


def _lines(sums: Value) -> Iterator[tuple[Value, Value]]:
    text, holes = sums.tokens()
    for match in _LINE.finditer(text):
        digest, path = untokened(match["digest"], holes), match["bsd"] or match["path"]
        if path is not None:
            yield digest, untokened(path, holes)


def _check_listed(shell: Shell, content: Part, list_file: Value | None) -> None:
    """A list that the script does not spell out, and that is not from the network: it may name any file."""
    pending = list(shell.disk.pending())
    if not _is_shown(shell, content, list_file):
        for file in pending:
            file.doubt = "nothing in the script shows the list of checksums"
        return
    if list_file is not None:
        stem = _SUFFIX.sub("", list_file.text.rpartition("/")[2])
        named = [file for file in pending if stem and file.name == stem]
        pending = named or pending
    for file in pending:
        shell.verify(file)


def _is_shown(shell: Shell, content: Part, list_file: Value | None) -> bool:
    """Whether a list is the author's: from the manifest, a companion, or a download that was verified itself."""
    if list_file is not None:
        return shell.shown(list_file)
    if isinstance(content, str):
        return True
    if content.key.startswith("file:"):
        return shell.shown(literal(content.key.removeprefix("file:")))
    return content.known is Known.GIVEN or "net:" in content.key


def _openssl(shell: Shell, command: Command) -> Value:
    if command.texts[:1] == ("s_client",):
        return remote(command)
    if command.texts[:1] in {("dgst",), ("sha256",), ("sha512",)}:
        line = take_apart(command.args[1:], frozenset({"-verify", "-signature", "-out"}), single=True)
        strong = command.texts[0] != "dgst" or line.has("-sha256", "-sha384", "-sha512")
        if line.has("-verify") and line.operands:
            _signed(shell, line.operands[0])
        return _taken(shell, command, line.operands) if strong else shell.other(command)

    out = STREAMS["openssl"](shell, command)
    target = take_apart(command.args[1:], frozenset({"-out", "-in"}), single=True).value("-out")
    if target is not None and command.stdin is not None and command.stdin.origin is not None:
        shell.write(target, command.stdin, command.place)
    return out


def _compare(shell: Shell, command: Command) -> Value:
    """`cmp`, `diff`, `grep`: of a digest with a checksum."""
    operands = take_apart(command.args, frozenset({"-e", "--regexp", "-m", "-A", "-B", "-C"})).operands
    if command.name in {"cmp", "diff"} and len(operands) > 1:
        left, right = (shell.read(operand, command.stdin) for operand in operands[:2])
        for digest, other in ((left, right), (right, left)):
            if digest.digest_of is not None and other.digest_of is None:
                shell.verify_all(by_digest(shell, digest.digest_of, other))
        return EMPTY
    stdin = command.stdin
    if stdin is not None and stdin.digest_of is not None and operands:
        shell.verify_all(by_digest(shell, stdin.digest_of, operands[0]))
    files = [file for operand in operands[1:] if (file := shell.disk.find(operand)) is not None]
    source = files[0].content if files else stdin if len(operands) == 1 else None
    if source is None or source.digest_of is not None:
        return shell.other(command)
    if source.holes and files:
        return Value(source.holes)
    chosen = _chosen(command, operands[0].known, source.known)
    return shell.other(command) if chosen is None else literal(chosen)


def _chosen(command: Command, asked: str | None, text: str | None) -> str | None:
    """Return the lines that `grep` prints of a known text, None where that takes more than a plain pattern."""
    options = {option for option, _ in take_apart(command.args, frozenset({"-e"})).options}
    if asked is None or text is None or len(text) > _LONGEST or not options <= _PLAIN_GREP:
        return None
    if not _PLAIN_PATTERN.fullmatch(asked):
        return None
    rule = re.compile(re.escape(asked) if "-F" in options else asked)
    return "".join(f"{line}\n" for line in text.split("\n") if line and rule.search(line))


def _signed(shell: Shell, path: Value) -> None:
    file = shell.disk.find(path)
    if file is not None:
        shell.verify(file)


def _gpg(shell: Shell, command: Command) -> Value:
    """A signature counts if its key does: one that came from the network unchecked proves nothing."""
    with_value = names_of(
        "-o --output --keyring --homedir --keyserver -u -r --recipient --import-options --keyserver-options"
        " --status-fd --primary-keyring --trusted-key --default-key"
    )
    line = take_apart(command.args, with_value)
    if (
        line.has("--show-keys")
        or "show-only" in command.texts
        or (line.has("--with-fingerprint") and not line.has("--import"))
    ):
        return _taken(shell, command, line.operands)
    if any(text.startswith(("--recv", "--fetch-key", "--search-key", "--auto-key")) for text in command.texts) or (
        "auto-key-retrieve" in " ".join(command.texts)
    ):
        return _received(shell, command, line)
    if line.has("--import", "--dearmor"):
        return _gpg_key(shell, command)
    if shell.foreign_keys and line.has("--export", "-a", "--armor"):
        return remote(command)
    if command.name == "gpgv" or line.has("--verify"):
        return _gpg_verify(shell, line.operands, line.value("--keyring"))
    return shell.other(command)


def _received(shell: Shell, command: Command, line: ParsedOptions) -> Value:
    """Keys by their fingerprint are what the author meant; by anything else, what a server says."""
    names = [word.text.replace(" ", "").removeprefix("0x") for word in line.operands]
    if not (names and all(_FINGERPRINT.fullmatch(name) for name in names)):
        shell.foreign_keys = True
        ring = line.value("--keyring", "--primary-keyring")
        if ring is not None:
            shell.write(ring, remote(command), command.place)
    if line.has("--verify"):
        return EMPTY
    return shell.other(command)


def _gpg_key(shell: Shell, command: Command) -> Value:
    line = take_apart(command.args, frozenset({"-o", "--output", "--keyring", "--homedir"}))
    content = command.stdin or EMPTY
    for operand in line.operands:
        file = shell.disk.find(operand)
        content = content if file is None else file.content
    origin = content.origin
    output = line.value("-o", "--output")
    if output is not None:
        shell.write(output, Value(content.holes), command.place)
    elif line.has("--import") and origin is not None:
        shell.program.sunk.append(Sunk(origin, command.name))
        shell.foreign_keys = True
    return Value(content.holes) if line.has("--dearmor") and output is None else EMPTY


def _gpg_verify(shell: Shell, operands: list[Value], keyring: Value | None) -> Value:
    if not operands:
        return EMPTY
    ring = None if keyring is None else shell.disk.find(keyring)
    shell.disk.forget(operands[0])
    if shell.foreign_keys or (ring is not None and ring.origin is not None):
        for file in shell.disk.pending():
            file.doubt = "the key of its signature comes from the network unchecked"
        return EMPTY
    for operand in operands[1:]:
        _signed(shell, operand)
    if len(operands) == 1:
        # `gpg --verify file.asc` looks at `file`.
        name = operands[0].text
        for item in list(shell.disk.pending()):
            if name.endswith((f"{item.name}.asc", f"{item.name}.sig", f"{item.name}.sign")):
                shell.verify(item)
    return EMPTY


_SIGNATURE_VALUES = names_of(
    """
    --certificate-identity-regexp -P --provenance-path --signature -p --certificate-identity --certificate
    --source-uri --certificate-oidc-issuer --certificate-oidc-issuer-regexp -m --source-tag --bundle -x --key
    -f -I -n -s -Y --rekor-url --cert-identity --cert-oidc-issuer --repo --owner -R -o -q
    """
)
_PROOFS = ("--signature", "--certificate", "--bundle", "--provenance-path", "-x", "-s")
_IDENTITIES = names_of(
    """
    --certificate-identity --certificate-identity-regexp --key -P -p -f --cert-identity --source-uri --owner -o --repo
    -R -I --public-key
    """
)


def _signature_tool(shell: Shell, command: Command) -> Value:
    args, texts = list(command.args), list(command.texts)
    if command.name == "minisign":
        # `-Vm FILE` is `-V -m FILE`.
        both = (literal("-V"), literal("-m"))
        args = [part for word in args for part in (both if word.text in {"-Vm", "-Vqm"} else (word,))]
    line = take_apart(args, _SIGNATURE_VALUES)
    verifies = line.has("-V") or any(text.startswith("verify") for text in texts)
    if not verifies:
        return shell.other(command)
    signed = [*line.operands, *line.values("-m")]
    for proof in line.values(*_PROOFS):
        shell.disk.forget(proof)
    if command.name == "minisign":
        for file in signed:
            shell.disk.forget(file + literal(".minisig"))
    keys = [shell.disk.find(key) for key in line.values("--key", "-p", "-f")]
    # `--certificate-identity-regexp '.*'` matches every signer.
    named = any(re.search(r"\w", identity.text) or identity.holes for identity in line.values(*_IDENTITIES))
    if any(key is not None and key.origin is not None for key in keys) or not named:
        for item in shell.disk.pending():
            item.doubt = "the key of its signature is not in the script"
        return EMPTY
    for operand in signed:
        _signed(shell, operand)
    if command.name == "ssh-keygen" and command.stdin is not None:
        found = shell.disk.by_content(command.stdin)
        shell.verify_all([] if found is None else [found])
    return EMPTY


def _ssh_keygen(shell: Shell, command: Command) -> Value:
    if command.texts[:2] == ("-Y", "verify"):
        return _signature_tool(shell, command)
    return EMPTY


_NAMES = names_of("sha224sum sha256sum sha384sum sha512sum sha256 sha512 shasum b2sum b3sum cksum gsha256sum")
EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    **dict.fromkeys(_NAMES, _digest),
    **dict.fromkeys(("cmp", "diff", "grep", "egrep", "fgrep", "rg"), _compare),
    **dict.fromkeys(("minisign", "cosign", "slsa-verifier", "signify", "signify-openbsd", "sigstore"), _signature_tool),
    "ssh-keygen": _ssh_keygen,
    **dict.fromkeys(("gpg", "gpg2", "gpgv"), _gpg),
    "openssl": _openssl,
}
