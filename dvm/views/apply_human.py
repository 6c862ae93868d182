"""Progress of an apply on a terminal: a line for each step that runs, one that stays for each that ended."""

from __future__ import annotations

import atexit
import threading
import time
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from dvm.text import visible
from dvm.views.apply_plain import PlainApply
from dvm.views.apply_words import lowered, short_seconds, whole_seconds, words
from dvm.views.masking import mask
from dvm.views.styles import PLAIN, Ink
from dvm.views.tally import APPLY, Command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

    from rich.console import RenderableType

    from dvm.execute.hooks import StepFailure
    from dvm.model.plan import Plan, Step

_REFRESHES = 4  # a second; enough for a clock that shows seconds
_NARROW = 60  # columns under which the last line of output has no room


class LiveApply(PlainApply):
    """Hooks that keep a line for each running step at the bottom of the terminal."""

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        *,
        environment: Mapping[str, str],
        ink: Ink = PLAIN,
        err_ink: Ink = PLAIN,
        command: Command = APPLY,
        stream: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(out, err, ink=ink, err_ink=err_ink, command=command, stream=stream)
        self._environment = environment
        self._clock = clock
        self._rows = _Rows()
        self._live: Live | None = None

    def apply_started(self, plan: Plan) -> None:
        """Open the display."""
        super().apply_started(plan)
        self._live = _open(self._out, self._environment, self._render, colour=self._ink.on)

    def step_started(self, step: Step) -> None:
        """Add a line."""
        self._rows.add(step, self._clock())
        self.hint(step)

    def step_progress(self, step: Step, seconds: float, line: str) -> None:
        """Keep the last line of its output."""
        self._rows.update(step, self._clock() - seconds, visible(mask(line.strip().replace("\t", " "))))

    def step_ended(self, step: Step, seconds: float) -> None:
        """Turn its line into one that stays."""
        self.flush(step)
        self._rows.remove(step)
        self._tally.ended.add(step.id)
        self.say(f"{visible(step.address)}: {words(step).done} in {short_seconds(seconds)}")

    def step_failed(self, step: Step, seconds: float, failure: StepFailure) -> None:
        """Turn its line into one that stays."""
        self._rows.remove(step)
        super().step_failed(step, seconds, failure)

    def apply_ended(self, plan: Plan, failures: tuple[StepFailure, ...]) -> None:
        """Close the display, then show what failed."""
        live, self._live = self._live, None
        if live is not None:
            atexit.unregister(live.stop)
            live.stop()
        super().apply_ended(plan, failures)

    def elapsed(self, seconds: float) -> str:
        """Return a duration with tenths: on a terminal somebody waits for it."""
        return short_seconds(seconds)

    def say(self, line: str) -> None:
        """Print a line above the display."""
        if self._live is None:
            super().say(line)
            return

        # soft_wrap: the terminal breaks long lines, so that they can be copied whole.
        self._live.console.print(Text.from_ansi(line), soft_wrap=True)

    def _render(self) -> RenderableType:
        rows = self._rows.sorted()
        width = max((len(visible(step.address)) for step, _, _ in rows), default=0)
        return Group(*(self._row(step, begun, line, width) for step, begun, line in rows))

    def _row(self, step: Step, begun: float, line: str, width: int) -> Text:
        doing = lowered(words(step).doing)
        row = Text(f"{visible(step.address):<{width}}  ", no_wrap=True, overflow="ellipsis")
        row.append(f"{whole_seconds(self._clock() - begun):>6}  ", "cyan")
        row.append(doing, "bold")
        console = self._live.console if self._live is not None else None
        if line and (console is None or console.width >= _NARROW):
            row.append(f"  {line}", "dim")
        return row


class _Rows:
    """The steps that run; the display's own thread reads them while the executor's threads write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, tuple[Step, float, str]] = {}

    def add(self, step: Step, begun: float) -> None:
        with self._lock:
            self._rows[step.id] = (step, begun, "")

    def update(self, step: Step, begun: float, line: str) -> None:
        with self._lock:
            if step.id in self._rows:
                self._rows[step.id] = (step, begun, line)

    def remove(self, step: Step) -> None:
        with self._lock:
            self._rows.pop(step.id, None)

    def sorted(self) -> list[tuple[Step, float, str]]:
        with self._lock:
            return sorted(self._rows.values(), key=lambda row: row[0].address)


def _open(out: TextIO, environment: Mapping[str, str], render: Callable[[], RenderableType], *, colour: bool) -> Live:
    console: Console = Console(
        file=out,
        force_terminal=True,
        color_system="standard" if colour else None,
        markup=False,
        highlight=False,
        emoji=False,
        _environ=environment,
    )
    live = Live(
        console=console,
        get_renderable=render,
        refresh_per_second=_REFRESHES,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    # Whatever happens, the terminal gets its cursor back.
    atexit.register(live.stop)
    live.start()
    return live
