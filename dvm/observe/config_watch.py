"""What happens to the files that Lima reads at a boot, while it boots: also what is gone again when the boot ends."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from dvm.lima.home import Home

# `base.yaml` is read at create; a change of it during a boot is nobody's ordinary work either.
_READ = ("base.yaml", "default.yaml", "override.yaml")
_SECONDS = 0.02
_ATTEMPTS = 5

_State = tuple[int, ...]
_Names = dict[str, _State]


class ConfigWatch:
    """Look at `_config` and at one file beside it many times a second, from the beginning of a `with` to its end.

    Other names in `_config` come and go in peace: Lima itself writes networks.yaml at its first start, and an editor
    has its swap file. A change of the directory that no name explains is one that was undone between two looks.
    """

    def __init__(self, home: Home, directory: Path, own: Path) -> None:
        self._home = home
        self._directory = directory
        self._own = own
        self._changed: set[Path] = set()
        self._own_state = _state(home, own)
        self._moment, self._names = self._look()
        self._ended = Event()
        self._thread = Thread(target=self._run, name="config-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def changed(self) -> tuple[Path, ...]:
        """Return the files that were other ones at some moment until now, or the directory where it is not known which.

        Call it after the `with`.
        """
        self._compare()
        return tuple(sorted(self._changed))

    def _run(self) -> None:
        while not self._ended.wait(_SECONDS):
            self._compare()

    def _compare(self) -> None:
        if _state(self._home, self._own) != self._own_state:
            self._changed.add(self._own)
        moment, names = self._look()
        others = {name for name in {*names, *self._names} if names.get(name) != self._names.get(name)}
        self._changed.update(self._directory / name for name in others.intersection(_READ))
        if moment != self._moment and not others:
            self._changed.add(self._directory)
        self._moment, self._names = moment, names

    def _look(self) -> tuple[_State, _Names]:
        """Return when a name last came or went, and the names: both of one moment, as far as that can be had."""
        moment = _moment(self._home, self._directory)
        names = self._list()
        for _ in range(_ATTEMPTS):
            later = _moment(self._home, self._directory)
            if later == moment:
                break
            moment, names = later, self._list()
        return moment, names

    def _list(self) -> _Names:
        with suppress(OSError):
            return {name: _state(self._home, self._directory / name) for name in self._home.names(self._directory)}
        return {}


def _state(home: Home, path: Path) -> _State:
    """Return what tells a file from another one, for the path itself and for what a link leads to."""
    found: list[int] = []
    for follow in (False, True):
        with suppress(OSError):
            status = home.look(path, follow=follow)
            found += (status.st_dev, status.st_ino, status.st_ctime_ns)
    return tuple(found)


def _moment(home: Home, directory: Path) -> _State:
    with suppress(OSError):
        status = home.look(directory)
        return (status.st_dev, status.st_ino, status.st_mtime_ns)
    return ()
