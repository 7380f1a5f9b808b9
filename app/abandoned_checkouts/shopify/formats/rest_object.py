"""Objects of Shopify's REST API: all keys in order, each with its value, its usual value, or a value kept in `extra`.

rest_keys.py declares the keys of each kind of object.
"""

from collections.abc import Mapping
from typing import Any, Final

from abandoned_checkouts.checkouts.json_types import UntypedJson


class Mapped:
    """The type of MAPPED."""


MAPPED: Final = Mapped()

# Field of a checkout → key of its amount in both currencies, as Shopify's REST orders name it. Exports contain these
# keys if the buyer's currency is not the shop's.
AMOUNT_SETS = {
    "total_line_items_price": "total_line_items_price_set",
    "total_discount": "total_discounts_set",
    "subtotal_price": "subtotal_price_set",
    "total_shipping": "total_shipping_price_set",
    "total_tax": "total_tax_set",
    "total_duties": "total_duties_set",
    "total_tip": "total_tip_set",
    "total_price": "total_price_set",
}
PRICE_SET, AMOUNT_SET = "price_set", "amount_set"
# The key of an export for fields that REST has no key for, in the names and units of the store.
MORE = "more"

# to_rest computes these keys from other fields. A source's value that differs is kept in `extra` and written instead.
_COMPUTED = frozenset(
    (
        "presentment_currency",
        "customer",
        "presentment_title",
        "presentment_variant_title",
        "variant_price",
        "line_price",
    )
)

_EXPORT_KEYS = frozenset((*AMOUNT_SETS.values(), PRICE_SET, AMOUNT_SET, MORE))


class RestKeys(dict[str, Any]):
    """The keys of one kind of object, in order: each with `MAPPED` or with its usual value."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        # All keys in order, each with its usual value, or with None if it has a field.
        self.usual = {key: None if value is MAPPED else value for key, value in entries.items()}
        # With the keys that only exports contain.
        self.known = _EXPORT_KEYS.union(entries)
        self._usual_unmapped = {key: value for key, value in entries.items() if value is not MAPPED}
        self._unmapped = tuple(self._usual_unmapped.items())
        mapped = (key for key, value in entries.items() if value is MAPPED)
        self._reserved = _EXPORT_KEYS.union(mapped) - _COMPUTED

    def unmapped(self, source: UntypedJson) -> UntypedJson:
        """The keys of `source` that have no field, without those that have their usual value."""
        get = source.get
        found = {key: value for key, usual in self._unmapped if (value := get(key, usual)) != usual}
        if not self.known.issuperset(source):
            found.update((key, value) for key, value in source.items() if key not in self.known)
        return found

    def keeps(self, extra: UntypedJson) -> bool:
        """Whether `unmapped` of an object with these values returns them. False if it is not certain."""
        usual, known, none = self._usual_unmapped, self.known, MAPPED
        for key, value in extra.items():
            expected = usual.get(key, none)
            if key in known if expected is none else value == expected:
                return False
        return True

    def writable(self, extra: UntypedJson | None) -> UntypedJson:
        """A noun's `extra`, if a REST object can contain it.

        The extra of another platform cannot be written if one of its keys means something else here: the `price` of a
        Wix line would be read as Shopify's. It is then left out as a whole.
        """
        return {} if extra is None or not self._reserved.isdisjoint(extra) else extra


def rest_object(values: Mapping[str, Any], keys: RestKeys, extra: UntypedJson | None) -> UntypedJson:
    """The object with all of `keys`, in order. A key that is not in `values` has its usual value, or null if it has a
    field; keys of `extra` replace the others. Values without a key are left out."""
    whole = keys.usual.copy()
    whole.update(values)
    if len(whole) != len(keys):
        whole = {key: values.get(key, usual) for key, usual in keys.usual.items()}
    if extra:
        whole.update(extra)
    return whole
