"""What was changed in an instance's own lima.yaml behind DVM's back, as changes that an edit makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dvm.lima.fields.drift import differences
from dvm.model.plan import AttributeChange, Effect

if TYPE_CHECKING:
    from collections.abc import Collection

    from dvm.lima.fields.drift import Difference
    from dvm.model.instance import Instance, Part
    from dvm.model.receipt import ConfigurationPart

PREFIX = "lima."
"""Such a change is named by the field of Lima's, as in "lima.provision"."""


def configuration_changes(instance: Instance, limited: Collection[bool] = ()) -> tuple[AttributeChange, ...]:
    """Return what differs from what the receipt vouches for and an edit can undo; the checks deny the rest.

    `limited`: whether its egress is to be limited; empty: as the receipt says.
    """
    return tuple(
        AttributeChange(f"{PREFIX}{each.path}", _value(each, each.new), _value(each, each.old), Effect.RESTART)
        for each in differences(instance, limited)
        if each.repair is not None
    )


def _value(difference: Difference, part: ConfigurationPart | Part | None) -> Any:  # noqa: ANN401 - any JSON value
    if part is None:
        return None
    if not part.value or (difference.field is not None and difference.field.secret):
        return "(not shown)"
    return json.loads(part.value)
