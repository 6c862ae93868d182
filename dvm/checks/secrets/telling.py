"""Keys whose name says that the value is secret, and values that are none all the same."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from dvm.checks.patterns import pattern


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDS = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_TELLING = _words(
    """
    password passwd passphrase secret secrets token apikey credential credentials pwd passcode secretkey
    authtoken accesstoken pgpassword pass passw psk requirepass masterauth bindpw
    """
)
_KINDS_OF_KEY = frozenset(
    {"api", "private", "secret", "access", "signing", "encryption", "auth", "master", "deploy", "license"}
)
# `token_file` is where it is, not what it is.
_ABOUT = _words(
    """
    file path url uri name id ttl length type cmd command dir env var hash sha256 sha sum digest count
    min max expiry timeout policy store helper manager provider ref limit size prompt algorithm required
    enabled age days pub public header issuer endpoint service method backend fingerprint version field
    label authentication expires format regex
    """
)
_WHETHER = _words("existing use uses has is no require requires with")
"""`existingSecret` names one, `use_password` asks for one."""
_WELL_KNOWN = _words(
    """
    changeme change-me change_me changeit password passwd secret token postgres postgresql root admin
    guest test testing example dummy fake none null nil true false yes no todo placeholder minioadmin
    rabbitmq mysql redis dev develop development local localhost unset default empty xxx foo bar foobar
    prompt ask auto mysecret mypassword insecure unused disabled required optional string env keyring
    stdin developer user app public not-a-secret skip generate generated random none-given value unknown
    """
)
_MADE_UP = pattern(
    r"(.)\1*|[x*.<>_-]+|your[-_ ].*|.*(example|placeholder|changeme|redacted|replace[-_ ]?me|insert[-_ ]|<[^>]+>).*"
    r"|\[.*\]|%[-#\d.]*[sqbd](?:\\n)*",  # the last is a format: `printf 'TOKEN=%s\n' "$TOKEN"`
    re.IGNORECASE,
)
_REFERENCE = pattern(r"\$|`|\N{HORIZONTAL ELLIPSIS}|\{\{|%\(|@[A-Z_]+@")
_ELSEWHERE = pattern(
    r"(/|~|\./|\.\./|[A-Za-z]:\\|file:|env:|op://|vault:|sops|ENC\[|arn:|ssm:|keyring:|secret://|pass:|age1|ssh-)|https?://[^@]*$|sha(1|256|384|512)[-:]"
)
_SHORTEST = 4
_LONGEST_NUMBER = 5


@lru_cache(maxsize=1024)
def is_telling(name: str) -> bool:
    """Whether a key's name says that its value is secret: `DB_PASSWORD`, `apiKey`, not `token_file`."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or words[-1] in _ABOUT or words[0] in _WHETHER:
        return False
    if any(word in _TELLING for word in words):
        return True
    return any(first in _KINDS_OF_KEY and second == "key" for first, second in itertools.pairwise(words))


def looks_secret(value: str, name: str = "") -> bool:
    """Whether a telling key's value may be a secret: not a reference, a place, or a well-known placeholder."""
    text = value.strip().strip("'\"")
    if len(text) < _SHORTEST or _REFERENCE.search(text) or _ELSEWHERE.match(text):
        return False
    if text.lower() in _WELL_KNOWN or text.lower() == name.lower().lstrip("-") or _MADE_UP.fullmatch(text):
        return False
    if text.isalpha() and text.islower() and len(text) <= _LONGEST_NUMBER:
        return False  # a word that means something: `skip`, `ask`
    if text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return False
    if " " in text and ("/" in text or is_telling(text.rpartition(" ")[2])):
        return False  # a command: `getent passwd`
    # A sentence that asks for one.
    return not (text.endswith((":", "?", ".", ")")) and " " in text)
