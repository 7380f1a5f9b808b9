"""Facts about a visit that ended without an order, computed from the stored visit.

The source of a checkout reports the visit. A `visit` can have: source (online_store, custom_storefront, shop_app),
shop_pay, started_at, cart_url, draft_order_at, products_viewed and products_added_to_cart (lists of product_id,
variant_id and quantity). Moments are microseconds since 1970.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import DAY, HOUR

# A visit, an order, a checkout or a line: values by name.
NamedValues: TypeAlias = Mapping[str, Any]
AbandonmentStep = Literal["BROWSE", "CART", "CHECKOUT"]

# How far the visitor went, from the first step to the last.
STEPS: tuple[AbandonmentStep, ...] = ("BROWSE", "CART", "CHECKOUT")


def whole_days_since(moment: int | None, now: int) -> int:
    """Complete days since the moment. 0 if the moment is None, because Shopify's field cannot be null."""
    return 0 if moment is None else max(0, now - moment) // DAY


def hours_since(moment: int | None, now: int) -> float | None:
    """Hours since the moment, rounded to two decimals. None if the moment is None."""
    return None if moment is None else round(max(0, now - moment) / HOUR, 2)


def latest(moments: Iterable[int | None]) -> int | None:
    known = [moment for moment in moments if moment is not None]
    return max(known, default=None)


def last_of_step(abandonments: Iterable[NamedValues], step: AbandonmentStep, otherwise: int) -> int:
    """When the customer last abandoned at that step. Returns `otherwise`, the moment of this visit, if they never
    did."""
    found = latest(row["created_at"] for row in abandonments if row["abandonment_type"] == step)
    return otherwise if found is None else found


def most_recent_step(abandonments: Sequence[NamedValues], otherwise: AbandonmentStep) -> AbandonmentStep:
    """The step that the customer reached in the latest visit."""
    newest = max(abandonments, key=lambda row: (row["created_at"], row["id"]), default=None)
    return otherwise if newest is None else newest["abandonment_type"]


def most_significant(abandonments: Sequence[NamedValues]) -> NamedValues | None:
    """The visit of a customer that reached the furthest step; if several did, the latest of them."""
    return max(
        abandonments,
        key=lambda row: (STEPS.index(row["abandonment_type"]), row["created_at"], row["id"]),
        default=None,
    )


def has_ordered_since(moment: int, orders: Iterable[NamedValues], checkouts: Iterable[NamedValues]) -> bool:
    """Whether the customer ordered after that moment: whether a stored order or a completed checkout is later."""
    placed = (order["created_at"] for order in orders if order["cancelled_at"] is None)
    completed = (checkout["completed_at"] for checkout in checkouts)
    return any(at is not None and at >= moment for at in (*placed, *completed))


def has_draft_order_since(moment: int, visit: NamedValues) -> bool:
    """Whether a draft order was created after that moment. Draft orders are not stored; the visit reports the time."""
    at = visit.get("draft_order_at")
    return at is not None and at >= moment


def source_of(visit: NamedValues) -> str:
    return str(visit.get("source") or "online_store")


def products_in_cart(visit: NamedValues, lines: Iterable[NamedValues]) -> list[UntypedJson]:
    """The products in the cart: those that the visit reports, else the lines of the checkout."""
    reported = visit.get("products_added_to_cart")
    if reported is not None:
        return list(reported)
    return [
        {"product_id": line["product_id"], "variant_id": line["variant_id"], "quantity": line["quantity"]}
        for line in sorted(lines, key=lambda line: line["position"])
    ]
