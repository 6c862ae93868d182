"""A plan on standard output."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dvm.cli.planning import Planned


def show(planned: Planned, *, json: bool = False, markdown: bool = False, verbose: bool = False) -> None:
    """Print a plan on standard output."""
    if json:
        from dvm.views.json_text import render_json
        from dvm.views.plan_json import plan_json

        sys.stdout.write(render_json(plan_json(planned.plan, planned.checks, timestamp=datetime.now(UTC))))
    elif markdown:
        from dvm.views.plan_markdown import render_markdown

        sys.stdout.write(render_markdown(planned.plan, planned.checks, option=planned.option, verbose=verbose))
    else:
        from dvm.views.plan_human import render_plan
        from dvm.views.styles import Ink, use_colour

        ink = Ink(use_colour(sys.stdout, os.environ))
        sys.stdout.write(render_plan(planned.plan, planned.checks, ink=ink, option=planned.option, verbose=verbose))


def show_trouble(planned: Planned) -> None:
    """Print a plan that is refused, or of which there is something to say: of others the progress says it all."""
    if planned.denied or planned.plan.diagnostics:
        show(planned)
