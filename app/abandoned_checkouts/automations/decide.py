"""Whether a step may be taken: asked when a flow begins and again right before each step, of what is true then."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from abandoned_checkouts.automations.flow import Action, Conditions, Flow
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import DAY, to_datetime, zone_named
from abandoned_checkouts.checkouts.money import as_decimal, format_price
from abandoned_checkouts.checkouts.search_text import field_texts, search_text
from abandoned_checkouts.checkouts.shop import Shop
from search_syntax import FieldSet, check, parse, predicate

# States of marketing consent that are a refusal (Shopify: CustomerEmailMarketingState).
_REFUSED = frozenset(("UNSUBSCRIBED", "REDACTED", "INVALID"))


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """What is true now. `checkout` is None when it is gone, `is_active` False when its flow is off or gone;
    `saved_query` is the text of the saved search that the flow names, None when there is none of that name."""

    shop: Shop
    checkout: Checkout | None
    now: int
    is_active: bool = True
    is_unsubscribed: bool = False
    saved_query: str | None = None


@dataclass(frozen=True, slots=True)
class StepDecision:
    """Why not, in words for the log; `ends` when the rest of the flow is not worth waiting for either, `for_good` when
    no other mail of the flow is."""

    reason: str
    ends: bool
    for_good: bool = False


def is_too_old(flow: Flow, checkout: Checkout, now: int) -> bool:
    """Checkouts that came by an import, or while the server was away for long, are no news to anybody."""
    began = checkout.updated_at if flow.trigger == "updated" else checkout.abandoned_at or checkout.created_at
    return now - began > flow.conditions.newer_than_days * DAY


def refuses(flow: Flow, facts: FlowFacts, fields: FieldSet) -> StepDecision | None:
    """Why the flow as a whole does not go on for the checkout."""
    checkout, conditions = facts.checkout, flow.conditions
    if not facts.is_active:
        return StepDecision("the flow was turned off", ends=True)
    if checkout is None:
        return StepDecision("the checkout is gone", ends=True)
    if checkout.recovered_at is not None:
        return StepDecision("the checkout was recovered", ends=True)
    if checkout.completed_at is not None:
        return StepDecision("the checkout was completed", ends=True)
    if checkout.closed_at is not None:
        return StepDecision("the merchant closed the checkout", ends=True)
    reason = (
        _too_little(conditions, checkout, facts.shop)
        or _excluded(conditions, checkout)
        or _not_found(conditions, checkout, facts, fields)
    )
    return None if reason is None else StepDecision(reason, ends=True)


def refuses_step(flow: Flow, action: Action, facts: FlowFacts) -> StepDecision | None:
    """Why one step is left out while the flow goes on: only mails need an address and consent."""
    checkout = facts.checkout
    if action.kind != "send_email" or checkout is None:
        return None
    customer = checkout.customer
    state = customer.email_marketing_state if customer is not None else "NOT_SUBSCRIBED"
    if not recipient_of(checkout):
        return StepDecision("there is no e-mail address", ends=False)
    if facts.is_unsubscribed or state in _REFUSED:
        return StepDecision("the buyer unsubscribed", ends=False, for_good=True)
    subscribed = state == "SUBSCRIBED" or (state == "NOT_SUBSCRIBED" and checkout.buyer_accepts_marketing)
    if flow.conditions.consent == "subscribed" and not subscribed:
        return StepDecision("the buyer has not consented to marketing", ends=False)
    return None


def recipient_of(checkout: Checkout) -> str | None:
    address = checkout.email or (checkout.customer.email if checkout.customer is not None else None)
    return address.strip() if address and "@" in address else None


def _too_little(conditions: Conditions, checkout: Checkout, shop: Shop) -> str | None:
    if conditions.minimum_value is None or checkout.total_price >= conditions.minimum_value:
        return None
    return f"its value is below {format_price(conditions.minimum_value)} {shop.currency}"


def _excluded(conditions: Conditions, checkout: Checkout) -> str | None:
    address = (recipient_of(checkout) or "").lower()
    found = next((pattern for pattern in conditions.exclude if fnmatchcase(address, pattern)), None)
    return None if found is None else "the address is excluded"


def _not_found(conditions: Conditions, checkout: Checkout, facts: FlowFacts, fields: FieldSet) -> str | None:
    if conditions.saved_search is not None and facts.saved_query is None:
        return f"there is no saved search {conditions.saved_search!r}"
    for query in (conditions.query, facts.saved_query):
        if query is not None:
            zone, now = zone_named(facts.shop.timezone), to_datetime(facts.now)
            if not predicate(check(parse(query), fields, zone=zone, now=now).root)(record_of(checkout)):
                return "the search does not find it"
    return None


def record_of(checkout: Checkout) -> dict[str, object]:
    """The checkout as search_syntax reads it: the values of the fields by which checkouts can be searched."""
    times = ("created_at", "updated_at", "completed_at", "abandoned_at")
    moments = {name: getattr(checkout, name) for name in times}
    return {
        **field_texts(checkout),
        "default": list(search_text(checkout)),
        "id": checkout.id,
        **{name: None if moment is None else to_datetime(moment) for name, moment in moments.items()},
        "status": "open" if checkout.closed_at is None else "closed",
        "recovery_state": "not_recovered" if checkout.recovered_at is None else "recovered",
        "email_state": checkout.email_state or "not_sent",
        "customer_id": checkout.customer_id,
        "total_price": as_decimal(checkout.total_price),
        "subtotal_price": as_decimal(checkout.subtotal_price),
        "product_id": [line.product_id for line in checkout.line_items],
        "variant_id": [line.variant_id for line in checkout.line_items],
    }
