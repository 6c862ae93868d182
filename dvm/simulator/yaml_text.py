"""YAML as Lima reads and writes it: the core schema of YAML 1.2, and lists without indent."""

from __future__ import annotations

import re
from typing import Any

import yaml

try:
    from yaml import CSafeDumper as _BaseDumper
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # a PyYAML without libyaml: the same, slower
    from yaml import SafeDumper as _BaseDumper  # type: ignore[assignment]
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]

# In YAML 1.1, which PyYAML speaks, `yes` is true and `22:22` a number. In Lima's YAML neither is.
_CORE = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("merge", r"<<", "<"),
)


class BadYamlError(Exception):
    """The text is no YAML; the message names line and column."""


class _Loader(_BaseLoader):
    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - PyYAML's own way to say it


class _Dumper(_BaseDumper):
    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - PyYAML's own way to say it


for _name, _pattern, _first in _CORE:
    for _class in (_Loader, _Dumper):
        _class.add_implicit_resolver(
            f"tag:yaml.org,2002:{_name}",
            re.compile(f"^(?:{_pattern})$"),
            ["" if c == "\0" else c for c in _first],
        )


def load_yaml(text: str) -> Any:  # noqa: ANN401 - YAML can be anything
    """Return what the text says: a mapping, a list, a scalar, or None for nothing.

    Raises:
        BadYamlError: it says nothing that can be read.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"[{mark.line + 1}:{mark.column + 1}] " if mark else ""
        raise BadYamlError(f"{place}{error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadYamlError(str(error)) from error


def dump_yaml(document: object) -> str:
    """Return the text, keys in the order they have."""
    text: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=1 << 30
    )
    return text
