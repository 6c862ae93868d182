"""Before a replacement, the template that it is to be made anew from has to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from dvm.errors import LimaError
from dvm.execute.template import demand_template
from tests import factories

if TYPE_CHECKING:
    from dvm.lima.client import Lima


class _Templates:
    def templates(self) -> frozenset[str]:
        return frozenset({"debian-13", "ubuntu-24.04", "experimental/alsa"})


LIMA = cast("Lima", _Templates())


@pytest.mark.parametrize(
    "template",
    [
        "template:debian-13",
        "template://debian-13",
        "template:debian-13.yaml",
        "template:ubuntu-24.04",
        "template:experimental/alsa",
        # What Lima's list leaves out, and a create takes.
        "template:_images/debian-13",
        "template:mine.yml",
    ],
)
def test_what_may_be_there_goes_on(template: str) -> None:
    demand_template(factories.desired("app", template=template), LIMA)


@pytest.mark.parametrize("template", ["template:debain-13", "template:ubuntu-24.05", "template:alsa"])
def test_what_is_not_there_stops_it(template: str) -> None:
    with pytest.raises(LimaError, match="Lima has no template") as caught:
        demand_template(factories.desired("app", template=template), LIMA)
    assert caught.value.remedy
