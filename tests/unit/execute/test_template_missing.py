"""Before a replacement, the template that it is to be made anew from has to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from dvm.errors import LimaError
from dvm.execute.template import demand_template
from tests import factories

if TYPE_CHECKING:
    from dvm.lima.client import Lima


class _Lima:
    """A Lima that gives one template, and refuses all others as Lima does."""

    def template_problem(self, locator: str) -> str:
        return "" if locator == "template:debian-13" else "template `x.yaml` not found"

    def templates(self) -> frozenset[str]:
        return frozenset({"debian-13", "ubuntu-24.04"})


LIMA = cast("Lima", _Lima())


def test_what_lima_gives_goes_on() -> None:
    demand_template(factories.desired("app", template="template:debian-13"), LIMA)


@pytest.mark.parametrize(
    ("template", "remedy"),
    [
        ("template:debain-13", 'Did you mean "template:debian-13"?'),
        ("template:fedora.yml", "`limactl create --list-templates` shows them."),
        ("template://a/../b", "`limactl create --list-templates` shows them."),
    ],
)
def test_what_it_does_not_stops_it(template: str, remedy: str) -> None:
    with pytest.raises(LimaError, match=r"template `x\.yaml` not found") as caught:
        demand_template(factories.desired("app", template=template), LIMA)
    assert caught.value.remedy == remedy
    assert "was left as it is" in caught.value.detail
