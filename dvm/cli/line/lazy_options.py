"""What declares options, imported when somebody asks which a command has.

Annotations are text until then, so a command that runs without an option needs none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer as typer  # noqa: PLC0414 - to be imported from here

    from dvm.cli.line import options as options  # noqa: PLC0414
else:

    class _Lazy:
        """A module that is imported when something of it is wanted."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
            return getattr(import_module(self._name), name)

    typer = _Lazy("typer")
    options = _Lazy("dvm.cli.line.options")
