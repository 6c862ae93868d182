"""How long the calls of limactl may take."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from dvm.model.table import Table
from dvm.model.vm import Duration


class Timeouts(Table, frozen=True):
    """The `[settings.timeouts]` table: after this long a call is ended, and the step has failed."""

    read: Annotated[Duration, Meta(ge=1)] = 120
    """`limactl list`, which asks the host agent of each running VM."""
    create: Annotated[Duration, Meta(ge=1)] = 3600
    """A create, which downloads the image where Lima does not have it yet."""
    start: Annotated[Duration, Meta(ge=1)] = 600
    """A boot."""
    stop: Annotated[Duration, Meta(ge=1)] = 300
    """A shutdown or a delete; Lima waits three minutes for a guest that misses the power button."""
    edit: Annotated[Duration, Meta(ge=1)] = 60
    """An edit, protect or unprotect."""
    guest: Annotated[Duration, Meta(ge=1)] = 600
    """A bootstrap, and the look for unsaved work; a setup script has a timeout of its own."""
