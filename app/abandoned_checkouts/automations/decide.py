"""Decides whether a flow continues for a checkout, and whether its next step runs.

Called when a flow starts and again before each step, with the current facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from abandoned_checkouts.automations.cart_conditions import NOTHING_KNOWN, CartFacts, stock_of, why_cart_differs
from abandoned_checkouts.automations.flow import Action, ApplyDiscount, Condition, Conditions, Flow, SendEmail
from abandoned_checkouts.automations.person_conditions import UNKNOWN, PersonHistory, why_person_differs
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import REFUSED
from abandoned_checkouts.checkouts.link_discount import LinkDiscount
from abandoned_checkouts.checkouts.moment import DAY, to_datetime, zone_named
from abandoned_checkouts.checkouts.money import as_decimal, format_price
from abandoned_checkouts.checkouts.search_text import field_texts, search_text
from abandoned_checkouts.checkouts.settings import MAILS_PER_WEEK
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.shop_template import needs_variable
from search_syntax import FieldSet, check, parse, predicate

# The time in which an address receives at most as many mails of flows as the setting `mails_per_week` allows.
MAIL_WINDOW = 7 * DAY
NOT_MOST_SIGNIFICANT = "another abandoned checkout of the buyer is more significant"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Facts about the person behind the checkout, over all their checkouts, orders and customer numbers.

    `bought_elsewhere_at` is when they bought something else since this checkout began. `other_flow` is the name of
    another flow that is already writing to them. `mails` counts the mails of the last week. `key` identifies them in
    the records of the flow, beside their `customers`. `is_held_out` is whether the flow leaves them alone.
    `history` is known if the flow has conditions on the person. `last_code_at` is when they last got a discount code.
    """

    bought_elsewhere_at: int | None = None
    is_most_significant: bool = True
    other_flow: str | None = None
    mails: int = 0
    key: str = ""
    customers: frozenset[int] = frozenset()
    is_held_out: bool = False
    history: PersonHistory = UNKNOWN
    last_code_at: int | None = None


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """The current facts. `checkout` is None if it was deleted; `is_active` is whether the flow is on. `blocked` is why
    no mail may be sent to the address: it bounced, or its owner complained.

    `saved_queries` are the texts of the saved searches that the flow names, if the shop has them. `code` is the
    discount code that the recovery link applies, and `codes_left` counts those of the lists that the flow names.
    """

    shop: Shop
    checkout: Checkout | None
    now: int
    is_active: bool = True
    is_unsubscribed: bool = False
    blocked: str | None = None
    saved_queries: Mapping[str, str] = field(default_factory=dict)
    person: PersonFacts = PersonFacts()
    cart: CartFacts = NOTHING_KNOWN
    code: LinkDiscount | None = None
    codes_left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a flow or a step does not run; the log shows `reason`. `for_good`: no later mail of the flow is sent
    either."""

    reason: str
    for_good: bool = False


def is_too_old(flow: Flow, checkout: Checkout, now: int) -> bool:
    """Whether the checkout is too old for the flow, because it was imported or the server was down."""
    triggered_at = checkout.updated_at if flow.trigger == "updated" else checkout.abandoned_at or checkout.created_at
    return now - triggered_at > flow.conditions.newer_than_days * DAY


def why_flow_stops(flow: Flow, facts: FlowFacts, fields: FieldSet) -> Refusal | None:
    """Why the flow stops for the checkout, or None if it continues."""
    if not facts.is_active:
        return Refusal("the flow was turned off")
    if facts.checkout is None:
        return Refusal("the checkout was deleted")
    if facts.person.bought_elsewhere_at is not None and _settled(facts.checkout) is None:
        return Refusal("the buyer bought elsewhere", for_good=True)
    reason = _settled(facts.checkout) or _outside_conditions(flow.conditions, facts.checkout, facts)
    reason = reason or why_condition_fails(flow.conditions.condition, facts, fields)
    return None if reason is None else Refusal(reason)


def why_step_is_skipped(flow: Flow, action: Action, facts: FlowFacts) -> Refusal | None:
    """Why a step is skipped while the flow continues, or None if it runs. Only mails need an address and consent."""
    checkout = facts.checkout
    if isinstance(action, ApplyDiscount):
        return _why_no_code(action, facts)
    if not isinstance(action, SendEmail) or checkout is None:
        return None
    if recipient_of(checkout) is None:
        return Refusal("the buyer has no e-mail address")
    if facts.is_unsubscribed or _consent_of(checkout) in REFUSED:
        return Refusal("the buyer unsubscribed", for_good=True)
    if facts.blocked is not None:
        return Refusal(facts.blocked, for_good=True)
    if flow.conditions.consent == "subscribed" and not _is_subscribed(checkout):
        return Refusal("the buyer has not consented to marketing")
    if facts.code is None and needs_code(action):
        return Refusal("the mail has a discount code, and there is none for this checkout")
    return _why_not_now(checkout, facts)


def needs_code(action: SendEmail) -> bool:
    """Whether a text of the mail uses `code` without asking whether there is one (`{% if code %}`)."""
    texts: list[str] = [] if action.template is None else [action.template]
    for text in (action.subject, action.message, action.button):
        texts += [text] if isinstance(text, str) else list((text or {}).values())
    return any(needs_variable(text, "code") for text in texts)


def missing_code_warning(flow: Flow) -> str | None:
    """The warning about a mail that needs a discount code in a flow that issues none."""
    actions = [step.action for step in flow.all_steps()]
    needs = any(isinstance(action, SendEmail) and needs_code(action) for action in actions)
    if not needs or flow.issues_codes:
        return None
    return (
        "a mail uses code, but no step applies a discount code, so the mail is not sent unless another flow does. "
        "Add apply_discount before it, or ask for it: {% if code %}…{% endif %}"
    )


def _why_no_code(action: ApplyDiscount, facts: FlowFacts) -> Refusal | None:
    last, days = facts.person.last_code_at, action.again_after_days
    if last is not None and facts.now - last < days * DAY:
        return Refusal(f"the buyer received a discount code less than {days} day{'s' * (days != 1)} ago")
    # Its mail would be skipped, and the code would be missing in the mail about the other checkout.
    if not facts.person.is_most_significant:
        return Refusal(NOT_MOST_SIGNIFICANT)
    if action.from_list is not None and not facts.codes_left.get(action.from_list):
        return Refusal(f"no discount codes are left in the list {action.from_list!r}")
    return None


def _why_not_now(checkout: Checkout, facts: FlowFacts) -> Refusal | None:
    """Why this mail is not sent, although the buyer may be written to."""
    person, most = facts.person, int(facts.shop.settings.get("mails_per_week", MAILS_PER_WEEK))
    if not checkout.line_items:
        return Refusal("the cart is empty")
    if stock_of(checkout, facts.cart) == "none":
        return Refusal("all products in the cart are sold out")
    if not person.is_most_significant:
        return Refusal(NOT_MOST_SIGNIFICANT)
    if person.other_flow is not None:
        return Refusal(f"the flow {person.other_flow!r} already writes to the buyer")
    if person.mails >= most:
        return Refusal(f"the buyer received {person.mails} mails in seven days; the limit is {most}")
    return None


def _settled(checkout: Checkout) -> str | None:
    if checkout.recovered_at is not None:
        return "the checkout was recovered"
    if checkout.completed_at is not None:
        return "the checkout was completed"
    if checkout.closed_at is not None:
        return "the merchant closed the checkout"
    return None


def _outside_conditions(conditions: Conditions, checkout: Checkout, facts: FlowFacts) -> str | None:
    minimum = conditions.minimum_value
    if minimum is not None and checkout.total_price < minimum:
        return f"the total is below {format_price(minimum)} {facts.shop.currency}"
    address = recipient_of(checkout)
    if address is not None and any(fnmatchcase(address.lower(), pattern) for pattern in conditions.exclude):
        return "the address is excluded"
    return None


def why_condition_fails(condition: Condition, facts: FlowFacts, fields: FieldSet) -> str | None:
    """The first part of the condition that the checkout or its buyer does not meet; None if they meet all."""
    checkout, saved = facts.checkout, condition.saved_search
    if checkout is None:
        return "the checkout was deleted"
    if saved is not None and saved not in facts.saved_queries:
        return f"the saved search {saved!r} does not exist"
    queries = [condition.query, None if saved is None else facts.saved_queries[saved]]
    if not all(_matches(query, checkout, facts, fields) for query in queries if query is not None):
        return "the search does not match the checkout"
    reason = why_cart_differs(condition.cart, checkout, facts.cart)
    return reason or why_person_differs(condition.person, facts.person.history, facts.now)


def _matches(query: str, checkout: Checkout, facts: FlowFacts, fields: FieldSet) -> bool:
    zone, now = zone_named(facts.shop.timezone), to_datetime(facts.now)
    return predicate(check(parse(query), fields, zone=zone, now=now).root)(record_of(checkout))


def _consent_of(checkout: Checkout) -> str:
    customer = checkout.customer
    return "NOT_SUBSCRIBED" if customer is None else customer.email_marketing_state


def _is_subscribed(checkout: Checkout) -> bool:
    """Whether the customer has agreed to marketing: by the customer's consent, or in the checkout if the customer has
    never decided."""
    state = _consent_of(checkout)
    return state == "SUBSCRIBED" or (state == "NOT_SUBSCRIBED" and checkout.buyer_accepts_marketing)


def recipient_of(checkout: Checkout) -> str | None:
    """The e-mail address of the checkout, or that of its customer."""
    address = checkout.email or (checkout.customer.email if checkout.customer is not None else None)
    return address.strip() if address and "@" in address else None


def record_of(checkout: Checkout) -> dict[str, object]:
    """The values of the fields that a search can name, for search_syntax."""
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
        "buyer_accepts_marketing": checkout.buyer_accepts_marketing,
        "customer_id": checkout.customer_id,
        "total_price": as_decimal(checkout.total_price),
        "subtotal_price": as_decimal(checkout.subtotal_price),
        "product_id": [line.product_id for line in checkout.line_items],
        "variant_id": [line.variant_id for line in checkout.line_items],
    }
