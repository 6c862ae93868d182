"""What only one function may make: to hold it is to know that the checks were run."""

from __future__ import annotations

from typing import NoReturn


class Token:
    """Does not change once it is made. It is neither a dataclass nor a struct: both can be replaced in part."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse."""
        raise AttributeError(f"{type(self).__name__} does not change")

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse."""
        raise AttributeError(f"{type(self).__name__} does not change")
