"""The requests. All are read-only, need `read_orders`, `read_customers` and `read_products`, and cost at most 100."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["CASES", "Case"]

_MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
_ADDRESS = "{ id firstName lastName name address1 city province provinceCode country countryCodeV2 zip phone }"
_CHECKOUT = f"""
  id name createdAt updatedAt completedAt note taxesIncluded discountCodes abandonedCheckoutUrl defaultCursor
  customAttributes {{ key value }} billingAddress {_ADDRESS} shippingAddress {_ADDRESS}
  customer {{ id displayName defaultEmailAddress {{ emailAddress marketingState }} }}
  taxLines {{ title rate ratePercentage source channelLiable priceSet {_MONEY} }}
  subtotalPriceSet {_MONEY} totalPriceSet {_MONEY} totalTaxSet {_MONEY} totalDiscountSet {_MONEY}
  totalDutiesSet {_MONEY} totalLineItemsPriceSet {_MONEY}
"""
_LINE = f"""
  id title variantTitle quantity sku customAttributes {{ key value }} product {{ id }} variant {{ id }}
  originalUnitPriceSet {_MONEY} originalTotalPriceSet {_MONEY} discountedTotalPriceSet {_MONEY}
  components {{ id title quantity variantTitle }}
"""


@dataclass(frozen=True)
class Case:
    """A GraphQL document with variables, or the path of a REST resource.

    `agrees`: paths in the response, with `*` for list indexes, whose values must be equal on both servers.
    """

    name: str
    document: str = ""
    variables: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    agrees: tuple[str, ...] = ()


def _checkouts(arguments: str, selection: str = "nodes { id }") -> str:
    return f"{{ abandonedCheckouts({arguments}) {{ {selection} pageInfo {{ hasNextPage endCursor }} }} }}"


CASES = (
    Case("checkouts", _checkouts("first: 3", f"edges {{ cursor node {{ {_CHECKOUT} }} }}")),
    Case("line items", _checkouts("first: 2", f"nodes {{ id lineItems(first: 3) {{ nodes {{ {_LINE} }} }} }}")),
    Case("newest first", _checkouts("first: 2, reverse: true, sortKey: CREATED_AT")),
    Case("the last ones", _checkouts("last: 2")),
    *(
        Case(f"sorted by {key}", _checkouts(f"first: 2, sortKey: {key}"))
        for key in ("CHECKOUT_ID", "CREATED_AT", "CUSTOMER_NAME", "ID", "TOTAL_PRICE")
    ),
    *(
        Case(f"search: {text}", "query ($query: String) " + _checkouts("first: 2, query: $query"), {"query": text})
        for text in (
            "status:open",
            "status:closed",
            "recovery_state:not_recovered",
            "email_state:sent",
            "created_at:>2000-01-01",
            "created_at:>'2000-01-01T00:00:00Z' AND updated_at:<now",
            "updated_at:<2000-01-01T00:00:00Z",
            "id:>0",
            "status:opne",
            "colour:red",
            "status:open OR status:closed -id:1",
        )
    ),
    Case("count", "{ abandonedCheckoutsCount { count precision } }"),
    Case("count to a limit", "{ abandonedCheckoutsCount(limit: 1) { precision } }"),
    Case("an abandonment that does not exist", '{ abandonment(id: "gid://shopify/Abandonment/1") { id } }'),
    Case(
        "a missing node",
        '{ node(id: "gid://shopify/AbandonedCheckout/9999999999999") { id } }',
        agrees=("data.node",),
    ),
    Case("scopes", "{ currentAppInstallation { accessScopes { handle } } }"),
    Case("shop", "{ shop { id name myshopifyDomain currencyCode ianaTimezone plan { partnerDevelopment } } }"),
    Case("versions", "{ publicApiVersions { handle displayName supported } }", agrees=("data.publicApiVersions",)),
    Case(
        "a type",
        '{ __type(name: "AbandonedCheckout") { kind name fields { name type { kind name ofType { kind name } } } } }',
        agrees=("data.__type",),
    ),
    Case("no page size", "{ abandonedCheckouts { nodes { id } } }"),
    Case("a page that is too large", _checkouts("first: 251")),
    Case("first and last", _checkouts("first: 1, last: 1")),
    Case("a negative size", _checkouts("first: -1")),
    Case("a broken cursor", _checkouts('first: 1, after: "nonsense"')),
    Case("an unknown field", "{ abandonedCheckouts(first: 1) { nodes { email } } }"),
    Case("an unknown argument", "{ abandonedCheckouts(first: 1, email: true) { nodes { id } } }"),
    Case("an unknown sort key", _checkouts("first: 1, sortKey: UPDATED_AT")),
    Case("a missing variable", "query ($id: ID!) { node(id: $id) { id } }"),
    Case("a broken id", '{ node(id: "nonsense") { id } }'),
    Case(
        "a query that costs too much",
        _checkouts(
            "first: 250",
            "nodes { "
            + " ".join(
                f"l{n}: lineItems(first: 250) {{ nodes {{ id product {{ id }} variant {{ id }} }} }}" for n in range(4)
            )
            + " }",
        ),
    ),
    Case("a syntax error", "{ abandonedCheckouts(first: 1) { nodes { id }"),
    Case("REST checkouts", path="checkouts.json?limit=2&status=any"),
    Case("REST count", path="checkouts/count.json?status=any"),
    Case("REST with an unknown page", path="checkouts.json?page_info=nonsense"),
)
