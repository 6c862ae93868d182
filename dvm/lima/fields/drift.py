"""Where an effective configuration is not the one that the receipt vouches for, and how `limactl edit` undoes that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.egress.enforcer import Enforcer, enforcer
from dvm.lima.fields.parts import digest_of
from dvm.lima.fields.table import row
from dvm.lima.settings import PROXY_ENVIRONMENT, survives_yq
from dvm.model.instance import Repair
from dvm.model.receipt import ConfigurationPart

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dvm.lima.fields.field import Field
    from dvm.model.instance import Instance, Part
    from dvm.model.receipt import Receipt

# Longer values are only compared.
_LONGEST = 64 << 10


class Difference(Struct, frozen=True):
    """A part that is another one than the receipt says: `old` is the receipt's, `new` what is there; None: nothing."""

    path: str
    field: Field | None
    old: ConfigurationPart | None
    new: Part | None

    @property
    def repair(self) -> Repair | None:
        """What puts the old value back; None: nothing does."""
        field, old = self.field, self.old
        if field is not None and not field.editable:
            return None
        if old is None:
            value = (field.reset or None) if field is not None else None
        elif old.value and "{{" not in old.value:
            value = old.value
        else:
            # It was never kept, or Lima would expand a template again.
            return None
        repair = Repair(_keys(self.path, field), value)
        return repair if survives_yq(repair) else None


def differences(instance: Instance, limited: Collection[bool] = ()) -> tuple[Difference, ...]:
    """Return where an instance is not what its receipt vouches for, in order of path.

    What no template may bring always differs. A receipt of an earlier version vouches for all that a template may.
    `limited`: whether its egress is limited, where the manifest says another thing than the receipt, both; the
    variables that lead to the proxy are DVM's own then. Empty: as the receipt says.
    """
    receipt = instance.receipt
    allowed = receipt.allowed if receipt is not None else None
    own = _own_environment(instance, limited or (allowed is not None and allowed.egress != "open",))
    old_format = receipt is not None and receipt.configuration is None
    vouched = (receipt.configuration if receipt is not None else None) or {}
    found = []
    for path in sorted({*instance.parts, *vouched, *own}):
        new, old = instance.parts.get(path), vouched.get(path)
        if path in own:
            part, must = own[path]
            if new is not None and new.digest == part.sha256:
                continue
            if new is None and old is None and not must:
                continue
            if must:
                found.append(Difference(path, row_of(path), part, new))
                continue
        field = row(new.field) if new is not None else row_of(path)
        if _may_be_vouched(field, receipt) and (
            old_format or (new is not None and old is not None and new.digest == old.sha256)
        ):
            continue
        found.append(Difference(path, field, old, new))
    return tuple(found)


def _own_environment(instance: Instance, limited: Collection[bool]) -> dict[str, tuple[ConfigurationPart, bool]]:
    """Return the variables that lead to the proxy on the host, and whether each must be there."""
    if not any(limited) or enforcer(instance.vm_type) is not Enforcer.HOST:
        return {}
    return {
        f"env.{name}": (ConfigurationPart(sha256=digest_of(value), value=json.dumps(value)), all(limited))
        for name, value in PROXY_ENVIRONMENT.items()
    }


def _may_be_vouched(field: Field | None, receipt: Receipt | None) -> bool:
    adopted = receipt is not None and receipt.adopted
    return field is not None and (field.declarable or (adopted and field.adoptable))


def vouched(parts: Mapping[str, Part], *, adopted: bool = False) -> dict[str, ConfigurationPart]:
    """Return what a receipt keeps of the parts that a template brings; what none may bring is left out.

    `adopted`: they are those of a VM that was there before DVM.
    """
    kept = {}
    for path, part in parts.items():
        field = row(part.field)
        if field is not None and (field.declarable or (adopted and field.adoptable)):
            value = "" if field.secret or len(part.value) > _LONGEST else part.value
            kept[path] = ConfigurationPart(sha256=part.digest, value=value)
    return kept


def repairs(instance: Instance, limited: Collection[bool] = ()) -> dict[str, Repair]:
    """Return what undoes each difference, by path, as far as that can be undone."""
    return {each.path: each.repair for each in differences(instance, limited) if each.repair is not None}


def row_of(path: str) -> Field | None:
    """Return the row of a part's path, as in "env.BASH_ENV"."""
    names = (path, f"{path}[]", *(f"{head}{{}}" for head in _heads(path)))
    return next((found for name in names if (found := row(name)) is not None), None)


def _heads(path: str) -> list[str]:
    keys = path.split(".")
    return [".".join(keys[:count]) for count in range(1, len(keys))]


def _keys(path: str, field: Field | None) -> tuple[str, ...]:
    keys = path.split(".")
    if field is not None and field.path.endswith("{}"):
        depth = field.path.count(".") + 1
        keys = [*keys[:depth], ".".join(keys[depth:])]
    return tuple(keys)
