"""The fields that a sync reads of a Shopify source, fitted to the schema that the source has.

Fields that the source's API version lacks are left out. Scalar fields that are unknown here are selected too, so that
they are kept and exported again.
"""

from collections.abc import Mapping
from typing import TypeAlias

from abandoned_checkouts.checkouts.json_types import UntypedJson

# A field with its sub-selection, a text of GraphQL; None for a scalar.
Selection: TypeAlias = Mapping[str, str | None]

# The types whose fields are fitted.
CHECKOUT, LINE, CUSTOMER, ADDRESS = "AbandonedCheckout", "AbandonedCheckoutLineItem", "Customer", "MailingAddress"

INTROSPECTION = """query SyncSchema {
  shop { myshopifyDomain name currencyCode ianaTimezone }
  checkout: __type(name: "AbandonedCheckout") { ...Fields }
  line: __type(name: "AbandonedCheckoutLineItem") { ...Fields }
  customer: __type(name: "Customer") { ...Fields }
  address: __type(name: "MailingAddress") { ...Fields }
}
fragment Fields on __Type {
  fields { name args { name } type { ...Kind ofType { ...Kind ofType { ...Kind ofType { kind } } } } }
}
fragment Kind on __Type { kind }
"""
_TYPES = {"checkout": CHECKOUT, "line": LINE, "customer": CUSTOMER, "address": ADDRESS}


def _named(names: str) -> Selection:
    return dict.fromkeys(names.split())


_BAG = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
_IMAGE = "{ id url altText width height }"
_APPLICATION = """{
  __typename index allocationMethod targetSelection targetType
  value { ... on MoneyV2 { amount currencyCode } ... on PricingPercentageValue { percentage } }
  ... on DiscountCodeApplication { code }
  ... on AutomaticDiscountApplication { title }
  ... on ManualDiscountApplication { title description }
  ... on ScriptDiscountApplication { title }
}"""
ALLOCATION = f"{{ allocatedAmountSet {_BAG} discountApplication {_APPLICATION} }}"

_ADDRESS_FIELDS: Selection = _named(
    "id firstName lastName company address1 address2 city province provinceCode zip country "
    "countryCodeV2 phone latitude longitude"
)
_CUSTOMER_FIELDS: Selection = {
    **_named("id firstName lastName note locale state tags taxExempt verifiedEmail createdAt updatedAt numberOfOrders"),
    "amountSpent": "{ amount currencyCode }",
    "defaultEmailAddress": "{ emailAddress marketingState }",
    "defaultPhoneNumber": "{ phoneNumber marketingState }",
}
_LINE_FIELDS: Selection = {
    **_named("id quantity sku title variantTitle"),
    "product": "{ id }",
    "variant": "{ id }",
    "image": _IMAGE,
    "customAttributes": "{ key value }",
    "components": f"{{ id quantity title variantTitle image {_IMAGE} }}",
    "parentRelationship": "{ parent { id } }",
    "originalUnitPriceSet": _BAG,
    "originalTotalPriceSet": _BAG,
    "discountedUnitPriceSet": _BAG,
    "discountedTotalPriceSet": _BAG,
    "discountedUnitPriceWithCodeDiscount": _BAG,
    "discountedTotalPriceWithCodeDiscount": _BAG,
}
_CHECKOUT_FIELDS: Selection = {
    **_named("id name note createdAt updatedAt completedAt abandonedCheckoutUrl taxesIncluded discountCodes"),
    "customAttributes": "{ key value }",
    "taxLines": f"{{ title rate ratePercentage source channelLiable priceSet {_BAG} }}",
    "totalLineItemsPriceSet": _BAG,
    "totalDiscountSet": _BAG,
    "subtotalPriceSet": _BAG,
    "totalTaxSet": _BAG,
    "totalDutiesSet": _BAG,
    "totalPriceSet": _BAG,
}
# Scalars that say nothing of the checkout.
_IGNORED = frozenset(("defaultCursor", "lineItemsQuantity"))
_LEAVES = frozenset(("SCALAR", "ENUM"))
_WRAPPERS = frozenset(("NON_NULL", "LIST"))

# Ids and times only, for comparing both sides.
LISTED = "id createdAt updatedAt"


class CheckoutSelection:
    """The selection of a checkout for one schema. `fields` is the response to INTROSPECTION."""

    def __init__(self, found: UntypedJson) -> None:
        self._known = {_TYPES[alias]: found[alias] for alias in _TYPES if found.get(alias)}
        address = self._fields(ADDRESS, _ADDRESS_FIELDS)
        nested = {"defaultAddress": f"{{ {address} }}"}
        customer = self._fields(CUSTOMER, {**_CUSTOMER_FIELDS, **nested})
        people: Selection = {
            "billingAddress": f"{{ {address} }}",
            "shippingAddress": f"{{ {address} }}",
            "customer": f"{{ {customer} }}",
        }
        self._line = self._fields(LINE, _LINE_FIELDS, and_unknown=True)
        self._checkout = self._fields(CHECKOUT, {**_CHECKOUT_FIELDS, **people}, and_unknown=True)

    def of_page(self, lines: int, allocations: int) -> str:
        """For a page, with the first lines of each checkout and the first discounts of each line."""
        return f"{self._checkout} lineItems(first: {lines}) {self.of_lines(allocations)}"

    def of_lines(self, allocations: int) -> str:
        more = f"discountAllocations(first: {allocations}) {{ nodes {ALLOCATION} pageInfo {{ hasNextPage }} }}"
        return f"{{ nodes {{ {self._line} {more} }} pageInfo {{ hasNextPage endCursor }} }}"

    def of_bulk(self) -> str:
        """For a bulk operation, which returns all nodes of each connection as lines of a file."""
        more = f"discountAllocations {{ edges {{ node {ALLOCATION} }} }}"
        return f"{self._checkout} lineItems {{ edges {{ node {{ {self._line} {more} }} }} }}"

    def _fields(self, type_name: str, wanted: Selection, *, and_unknown: bool = False) -> str:
        known = {each["name"]: each for each in (self._known.get(type_name) or {}).get("fields") or ()}
        parts = [f"{name} {inner or ''}".strip() for name, inner in wanted.items() if name in known or not known]
        if and_unknown:
            parts += [name for name, each in known.items() if name not in wanted and _is_unknown_leaf(each)]
        return " ".join(parts)


def _is_unknown_leaf(field: UntypedJson) -> bool:
    """Whether a field is a scalar, or a list of scalars, that can be selected without arguments."""
    kind = field["type"]
    while kind is not None and kind.get("kind") in _WRAPPERS:
        kind = kind.get("ofType")
    return kind is not None and kind.get("kind") in _LEAVES and not field["args"] and field["name"] not in _IGNORED
