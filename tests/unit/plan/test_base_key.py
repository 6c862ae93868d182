"""What of a base's keys shapes its image, and by that its key."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from dvm.model.manifest import DesiredBase
from dvm.model.vm import AS_FAR_AS_IT_GOES, VM, Base, SetupEntry
from dvm.plan.base_key import recipe_of
from tests import factories as make
from tests.keys import WRITTEN

_REFUSED = "a base has no such key"
_OF_EACH = "each VM is given its own when it is cloned"
NOT_IN_AN_IMAGE = {
    "base": "what it brings is in the keys and the scripts themselves",
    "cpus": _OF_EACH,
    "memory": _OF_EACH,
    "auto_ports": _OF_EACH,
    "egress": "what the scripts may fetch is none of what they say, and each VM is held to its own",
    "setup_egress": "the same",
    "host_loopback": "the firewall is told anew at the bootstrap of each VM",
    "proxy_env": _OF_EACH,
    "running": _REFUSED,
    "protect": _REFUSED,
    "depends_on": _REFUSED,
    "ports": _REFUSED,
    "reach": _REFUSED,
}


def base(**changes: Any) -> DesiredBase:
    """Return a base with one script, which gets the base's variables as the reader hands them on."""
    entries = (SetupEntry(script="first.sh"), *(SetupEntry(script=name) for name in changes.pop("setup", ())))
    config = Base.model_validate({"setup": entries}).model_copy(update=changes)
    scripts = tuple(replace(make.script(entry.script), env=config.env | entry.env, base="node") for entry in entries)
    return DesiredBase("base.node", config, 2, scripts, title="node")


def other(key: str) -> Any:
    """Return another value of a key than the default, as the reader hands it on."""
    if key == "setup":
        return ("other.sh",)
    return getattr(VM.model_validate({key: WRITTEN[key]}, context=AS_FAR_AS_IT_GOES), key)


@pytest.mark.parametrize("key", VM.model_fields)
def test_a_key_is_in_the_recipe_or_is_known_to_be_in_no_image(key: str) -> None:
    """One that is forgotten would leave VMs on an image that was built with its old value."""
    assert (recipe_of(base(**{key: other(key)})) == recipe_of(base())) == (key in NOT_IN_AN_IMAGE)
