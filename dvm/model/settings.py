"""How DVM itself works, as the manifest says."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dvm.model.fields import Declared, Expected, Switch, Whole
from dvm.model.timeouts import Timeouts


class Settings(Declared):
    """The `[settings]` table."""

    parallelism: Annotated[Whole, Field(ge=1, le=64), Expected("a whole number from 1 to 64")] = Field(
        4, description="How many VMs are worked on side by side.", examples=[4]
    )
    require_review: Switch = Field(default=False, description="Refuse setup scripts that are not in dvm.lock.")
    timeouts: Annotated[Timeouts, Expected("a table, [settings.timeouts]")] = Field(
        Timeouts(),
        description='How long limactl\'s calls may take, as in { start = "15m" }.',
        examples=[{"start": "15m", "create": "2h"}],
    )
