"""How long the calls of limactl may take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dvm.model.fields import Declared, Duration

_Timeout = Annotated[Duration, Field(ge=1)]


class Timeouts(Declared):
    """The `[settings.timeouts]` table, in seconds: after this long a call is ended, and the step has failed."""

    read: _Timeout = Field(
        120, description="`limactl list`, which asks the host agent of each running VM.", examples=["2m"]
    )
    create: _Timeout = Field(
        3600, description="A create, which downloads the image where Lima does not have it yet.", examples=["1h"]
    )
    start: _Timeout = Field(600, description="A boot.", examples=["10m"])
    stop: _Timeout = Field(
        300,
        description="A shutdown or a delete; Lima waits three minutes for a guest that misses the power button.",
        examples=["5m"],
    )
    edit: _Timeout = Field(60, description="An edit, protect or unprotect.", examples=["1m"])
    guest: _Timeout = Field(
        600,
        description="A bootstrap, and the look for unsaved work; a setup script has a timeout of its own.",
        examples=["10m"],
    )
