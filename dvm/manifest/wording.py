"""What pydantic found, in the words of the manifest. No value is repeated: it might be a secret."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dvm.manifest.unwanted import why_not
from dvm.model.fields import Expected
from dvm.model.settings import Settings
from dvm.model.timeouts import Timeouts
from dvm.model.vm import Base, SetupEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pydantic_core import ErrorDetails

    from dvm.model.key_path import KeyPath

_TABLES = {
    "version": "the number 1",
    "settings": "a table, [settings]",
    "defaults": "a table, [defaults]",
    "base": "tables such as [base.node]",
    "vm": "tables such as [vm.app]",
}
# Names that people know from elsewhere and that no likeness of letters leads to.
_ELSEWHERE = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64", "ram": "memory", "mem": "memory"}
_TYPES: dict[type, str] = {
    bool: "a boolean",
    int: "a whole number",
    float: "a decimal number",
    str: "a string",
    list: "a list",
    dict: "a table",
}


def expected(path: KeyPath) -> str:
    """Return what belongs at this place of the manifest."""
    if path and isinstance(path[-1], int):
        about = _about(str(path[-2])) if len(path) > 1 else None
        return about.item or "something else" if about else "something else"
    if not path:
        return "a table"
    if len(path) > 1 and path[-2] == "env":
        return 'text, as in "22"'
    about = _about(str(path[-1]))
    return about.text if about else _TABLES.get(str(path[-1]), "a table")


def expected_table(key: str) -> str:
    """Return what a key at the top of dvm.toml takes."""
    return _TABLES[key]


@lru_cache(maxsize=256)
def _about(key: str) -> Expected | None:
    """Return what the models say of a key; no two tables have one of the same name that takes other values."""
    for model in (Base, SetupEntry, Settings, Timeouts):
        for name, field in model.model_fields.items():
            if key == (field.alias or name):
                return next((each for each in reversed(field.metadata) if isinstance(each, Expected)), None)
    return None


def explain(error: ErrorDetails, shown: str, known: Iterable[str]) -> tuple[str, str]:
    """Return summary and detail for what pydantic found at the key path `shown`.

    `known` are the keys that may be in the same table.
    """
    path = error["loc"]
    kind = error["type"]
    if kind == "extra_forbidden":
        return unknown_key(shown, str(path[-1]), known)
    if kind == "missing":
        return f"{shown} is missing: give it {expected(path)}", ""
    if kind == "value_error":
        return f"{shown}: {_own_words(error)}", ""
    if kind in {"enum", "literal_error"}:
        choices = [choice.strip("'") for choice in _choices(error)]
        summary = f"{shown}: expected {_listing(choices)}"
        if isinstance(error["input"], str):
            return summary, _guess(error["input"], choices)
        return summary + found(error["input"]), ""
    wrong_type = kind.endswith("_type") or kind == "int_from_float"
    return f"{shown}: expected {expected(path)}" + (found(error["input"]) if wrong_type else ""), ""


def unknown_key(shown: str, key: str, known: Iterable[str]) -> tuple[str, str]:
    """Return summary and detail for a key that DVM does not have."""
    names = list(known)
    return f"{shown}: there is no such key", why_not(key) or _of_a_script(key, names) or _guess(key, names)


def _of_a_script(key: str, known: Collection[str]) -> str:
    """Return that a key of a script stands among those of a VM."""
    own = {about.alias or name for name, about in SetupEntry.model_fields.items()}
    if "setup" not in known or key in known or key not in own:
        return ""
    return f'It belongs in an entry of setup, as in {{ script = "setup/base.sh", {key} = … }}.'


def found(value: object) -> str:
    """Return what TOML calls the value, as the end of a sentence."""
    return f", found {_TYPES.get(type(value), 'a date or a time')}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the name that was probably meant."""
    return _nearest(word, tuple(sorted(known)))


@lru_cache(maxsize=1024)
def _nearest(word: str, names: tuple[str, ...]) -> str | None:
    """A thousand VMs may have the same mistake, and difflib takes a millisecond for each."""
    from difflib import get_close_matches

    if _ELSEWHERE.get(word.lower()) in names:
        return _ELSEWHERE[word.lower()]
    # Longer words than any name of ours are no misspelling, and difflib is slow on them.
    close = get_close_matches(word.lower()[:100], names, n=1) or get_close_matches(_snake(word), names, n=1)
    if close:
        return close[0]
    # Of two or three letters in another order difflib finds nothing alike.
    return next((name for name in names if sorted(name) == sorted(word.lower())), None)


def _snake(word: str) -> str:
    """Return `dependsOn` and `depends-on` as `depends_on`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in word[:100]).replace("-", "_")


def _guess(word: str, known: list[str]) -> str:
    meant = nearest(word, known)
    return f'Did you mean "{meant}"?' if meant else ""


def _own_words(error: ErrorDetails) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    return str(context.get("error", "not a value that fits"))


def _choices(error: ErrorDetails) -> list[str]:
    text = str(error.get("ctx", {}).get("expected", ""))
    return text.replace(" or ", ", ").split(", ")


def _listing(choices: list[str]) -> str:
    quoted = [f'"{choice}"' for choice in choices]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"
