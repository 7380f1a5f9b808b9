"""Hold-outs: a share of people to whom a flow does not write, so that its effect can be measured.

The share is a whole number of tenths of a percent: "10%" is 100.
"""

import re

from abandoned_checkouts.checkouts.contact import ContactKeys
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop

WHOLE = 1000
_SHARE = re.compile(r"(\d{1,3})(?:\.(\d))?\s*%")


class HoldoutError(ValueError):
    """The text is not a share that can be held out. The message has an example."""


def parse_share(text: str) -> int:
    """The share of a text such as "10%" or "2.5%", in tenths of a percent. Raises HoldoutError."""
    match = _SHARE.fullmatch(text.strip())
    if match is None:
        raise HoldoutError(f"{text!r} is not a share; write one such as 10%")
    share = int(match[1]) * 10 + int(match[2] or 0)
    if share >= WHOLE:
        raise HoldoutError(f"{text!r} leaves nobody to write to; write a smaller share, such as 10%")
    if share == 0:
        raise HoldoutError(f"{text!r} holds nobody out; remove it, or write a share such as 10%")
    return share


def share_text(share: int) -> str:
    return f"{share / 10:g}%"


def person_key(shop: Shop, keys: ContactKeys, customer_id: int | None) -> str:
    """A keyed hash of a person: of the e-mail address, else the phone number, else the customer number.

    It cannot be computed without the shop's secret.
    """
    contact = keys.email or keys.phone or f"customer {customer_id}"
    return derived_token(shop.secret, "person", contact)


def is_held_out(shop: Shop, flow_id: int, key: str, share: int) -> bool:
    """Whether the flow does not write to the person of this key. The same person always has the same answer.

    The people of two flows are chosen independently. A larger share holds out the same people, and further ones.
    """
    drawn = int(derived_token(shop.secret, f"holdout/{flow_id}", key)[:16], 16)
    return drawn * WHOLE < share << 64
