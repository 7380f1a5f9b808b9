"""Values that many objects of Wix's eCommerce API share: prices, GUIDs, translatable texts."""

from hashlib import blake2b
from typing import Any
from uuid import UUID

from abandoned_checkouts.checkouts.converters import amount_or_zero
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.money import parse_amount


def amounts_of(price: UntypedJson | None) -> tuple[int, int]:
    """The amounts of a MultiCurrencyPrice in the site's and the buyer's currency, in ten-thousandths."""
    price = price or {}
    amount = amount_or_zero(price.get("amount"))
    converted = price.get("convertedAmount")
    return amount, amount if converted in (None, "") else parse_amount(converted)


def guid_or_none(text: Any) -> str | None:
    """A GUID in lower case; None for any other text."""
    try:
        return str(UUID(text)) if text else None
    except (ValueError, AttributeError, TypeError):
        return None


def id_from_guid(guid: str) -> int:
    """The id of a noun that Wix identifies by a GUID: 52 bits, which every JSON reader holds exactly."""
    return int.from_bytes(blake2b(UUID(guid).bytes, digest_size=8).digest()) >> 12


def original(source: UntypedJson | None) -> str | None:
    """The original text of a translatable one."""
    return (source or {}).get("original")
