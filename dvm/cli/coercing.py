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
        from typer._coercion import build_runtime_param

        return build_runtime_param(param.type_descriptor).coerce(value, param=param, ctx=ctx)


class Light:
    """A command whose parameters ask pydantic only where they must."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401
        """Return the parameters, those for help and completion among them."""
        params: list[Any] = list(super().get_params(ctx))  # type: ignore[misc]
        for param in params:
            # What typer keeps there once it has made it. A typer that knows no such attribute is slower, and right.
            param._runtime_param = _AsItIs()  # noqa: SLF001
        return params
