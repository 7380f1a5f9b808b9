"""Copies a checkout. `dataclasses.replace` takes four times as long, and every report is copied."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from abandoned_checkouts.checkouts.checkout import Checkout


def _copier() -> Callable[[Checkout], Checkout]:
    lines = [f"    new.{item.name} = old.{item.name}\n" for item in fields(Checkout)]
    defined: dict[str, Any] = {"create": object.__new__, "noun": Checkout}
    exec(f"def copy(old):\n    new = create(noun)\n{''.join(lines)}    return new\n", defined)
    found: Callable[[Checkout], Checkout] = defined["copy"]
    return found


# The copy has the same lists and objects as the checkout.
copy_of = _copier()
