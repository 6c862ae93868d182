"""Values of the command line that need no pydantic.

typer hands every value to pydantic, those of options that nobody gave among them; to import it for that takes longer
than all else a small command does, and keeps limactl from being started at once.
"""

from __future__ import annotations

from typing import Any

# typer brings a click of its own, which has no public types: contexts and parameters are Any.


class _AsItIs:
    """Passes on what is right as it is; all else goes to typer."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401
        """Return the value as the command wants it."""
        many = param.multiple or param.nargs == -1
        wanted = param.type_descriptor.annotation
        if value is None:
            return () if many else None
        if many and wanted == list[str] and all(isinstance(each, str) for each in value):
            return list(value)
        if isinstance(wanted, type) and type(value) is wanted:
            return value
        return type(param).get_runtime_param(param).coerce(value, param=param, ctx=ctx)


class Light:
    """A command whose parameters ask pydantic only where they must."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401
        """Return the parameters, those for help and completion among them."""
        params: list[Any] = list(super().get_params(ctx))  # type: ignore[misc]
        for param in params:
            # In place of typer's own method, which `_AsItIs` asks. A typer that never calls it is slower, and right.
            param.get_runtime_param = _AsItIs
        return params
