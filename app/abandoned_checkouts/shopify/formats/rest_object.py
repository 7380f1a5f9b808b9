"""Objects of Shopify's REST API: all keys in order, each with its value, its usual value, or a value kept in `extra`.

rest_keys.py declares the keys of each kind of object.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
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


def values_of(*names: str) -> Callable[[UntypedJson], tuple[Any, ...]]:
    """A function that returns the values of these keys of an object, with None for a missing one."""
    if len(names) < 2:
        return lambda source: tuple([source.get(name) for name in names])
    complete: Callable[[UntypedJson], tuple[Any, ...]] = itemgetter(*names)

    def values(source: UntypedJson) -> tuple[Any, ...]:
        try:
            return complete(source)
        except KeyError:
            get = source.get
            return tuple([get(name) for name in names])

    return values


class RestKeys(dict[str, Any]):
    """The keys of one kind of object, in order: each with `MAPPED` or with its usual value."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        # All keys in order, each with its usual value, or with None if it has a field.
        self.usual = {key: None if value is MAPPED else value for key, value in entries.items()}
        # With the keys that only exports contain.
        self.known = _EXPORT_KEYS.union(entries)
        self._usual_unmapped = {key: value for key, value in entries.items() if value is not MAPPED}
        self._unusual = _unusual(self._usual_unmapped)
        mapped = (key for key, value in entries.items() if value is MAPPED)
        self._reserved = _EXPORT_KEYS.union(mapped) - _COMPUTED

    def unmapped(self, source: UntypedJson) -> UntypedJson:
        """The keys of `source` that have no field, without those that have their usual value."""
        try:
            found = self._unusual(source)
        except KeyError:
            found = self._unusual(self._usual_unmapped | source)
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


def _unusual(usual: Mapping[str, Any]) -> Callable[[UntypedJson], UntypedJson]:
    """A function that returns the values of an object that differ from these. It raises KeyError if a key is missing.

    Its code has one comparison for each key, which takes a quarter of the time of a loop over the keys. Shopify sends
    all keys, and an import reads seven objects for each checkout.
    """
    lines = ["def unusual(source):", "    found = {}"]
    for key, value in usual.items():
        differs = "is not None" if value is None else f"!= {value!r}"
        lines += [f"    if (value := source[{key!r}]) {differs}:", f"        found[{key!r}] = value"]
    defined: dict[str, Any] = {}
    exec("\n".join([*lines, "    return found"]), defined)
    function: Callable[[UntypedJson], UntypedJson] = defined["unusual"]
    return function


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
