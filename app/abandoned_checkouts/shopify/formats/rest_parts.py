"""Which objects are nested in a REST checkout, with their keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.from_rest.customer import FULL_KEYS
from abandoned_checkouts.shopify.formats.rest_object import RestKeys

# Keys that from_rest reads or ignores in the objects of newer versions, webhooks and exports.
_OF_ALL = frozenset(("id", "admin_graphql_api_id"))


@dataclass(frozen=True, slots=True)
class RestPart:
    """A nested object, or a list of them. `keys` are those of Shopify; `more` are accepted, too."""

    keys: RestKeys
    more: frozenset[str] = frozenset()
    parts: Mapping[str, "RestPart"] = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        return self.keys.known | self.more | _OF_ALL


_ADDRESS = RestPart(rest_keys.ADDRESS, frozenset(("customer_id", "country_name", "default")))
CHECKOUT = RestPart(
    rest_keys.CHECKOUT,
    parts={
        "line_items": RestPart(
            rest_keys.LINE_ITEM,
            parts={
                "tax_lines": RestPart(rest_keys.LINE_TAX),
                "discount_allocations": RestPart(
                    rest_keys.DISCOUNT_ALLOCATION, frozenset(("discount_application_index",))
                ),
            },
        ),
        "shipping_lines": RestPart(rest_keys.SHIPPING_LINE),
        "tax_lines": RestPart(rest_keys.CHECKOUT_TAX),
        "discount_codes": RestPart(rest_keys.DISCOUNT_CODE),
        "billing_address": _ADDRESS,
        "shipping_address": _ADDRESS,
        "customer": RestPart(rest_keys.CUSTOMER, FULL_KEYS, {"default_address": RestPart(rest_keys.CUSTOMER_ADDRESS)}),
    },
)


def unknown_fields(
    source: UntypedJson, part: RestPart = CHECKOUT, place: str = ""
) -> Iterator[tuple[str, str, RestPart]]:
    """The fields of a checkout that no part of it has, in order: the place, the name, and the part.

    The place is empty for the checkout itself, else for example `line_items[0]`.
    """
    for name, value in source.items():
        if name not in part.known:
            yield place, name, part
        nested = part.parts.get(name)
        if nested is None:
            continue
        path = f"{place}.{name}" if place else name
        for index, each in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(each, dict):
                yield from unknown_fields(each, nested, f"{path}[{index}]" if isinstance(value, list) else path)
