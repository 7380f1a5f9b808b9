"""Computes the rows and the full text of a checkout and its lines, without reading the store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from abandoned_checkouts.checkouts.address import Address, address_number
from abandoned_checkouts.checkouts.buyer import complete_buyer, contact_names
from abandoned_checkouts.checkouts.checkout import Checkout, customer_name
from abandoned_checkouts.checkouts.contact import is_without_customer
from abandoned_checkouts.checkouts.identity import derived_token, derived_uuid, line_item_key
from abandoned_checkouts.checkouts.lifecycle import threshold_of
from abandoned_checkouts.checkouts.line_item import DiscountAllocation, LineItem
from abandoned_checkouts.checkouts.search_text import field_texts, search_text
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save_customers import PreparedCustomer, prepared_customer
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.engine.rows import Row, RowValues
from abandoned_checkouts.store.reports.from_checkouts import prepared_facts, product_rows
from abandoned_checkouts.store.reports.note_facts import PreparedFacts, PreparedSums
from abandoned_checkouts.store.search.contact_text import contact_text
from abandoned_checkouts.store.search.full_text import indexed_tokens
from abandoned_checkouts.store.search.index_terms import field_tokens
from abandoned_checkouts.store.tables import abandoned_checkouts, line_items

CHECKOUT = RowShape(Checkout, abandoned_checkouts)
LINE_ITEM = RowShape(LineItem, line_items)

CHECKOUT_COLUMNS = (
    *CHECKOUT.columns,
    "shop_id",
    "document_id",
    "version",
    "status",
    "recovery_state",
    "customer_name",
    "line_items_quantity",
    "contact_first_name",
    "contact_last_name",
    "contact_text",
)
DOCUMENT_ID = CHECKOUT_COLUMNS.index("document_id")
LINE_COLUMNS = ("shop_id", "checkout_id", "position", "currency", "presentment_currency", *LINE_ITEM.columns)
# Fields that keep their stored value if the source does not send them.
_KEPT = (
    "uuid",
    "token",
    "name",
    "recovery_key",
    "email_state",
    "email_sent_at",
    "abandoned_at",
    "lapsed_at",
    "erased_at",
    "source_updated_at",
    "checkout_uuid",
    "cart_uuid",
    "contact_id",
    "visitor_id",
    "member_id",
    "user_id",
)

# Fields that saving fills in if they are missing.
_FILLED_IN = (*_KEPT, "presentment_currency", "recovered_at", "customer_id")
_filled_in = attrgetter(*_FILLED_IN)


@dataclass(slots=True)
class Prepared:
    """The rows of a new checkout, computed before the transaction."""

    terms: str
    row: RowValues
    lines: list[RowValues]
    as_sent: RowValues
    keys: list[str]
    numbered: list[Address]
    facts: PreparedFacts | None = None

    def undo(self, checkout: Checkout) -> None:
        """Remove the derived values from the checkout. It is stored already, so missing fields get their stored values
        instead."""
        for name, value in zip(_FILLED_IN, self.as_sent, strict=True):
            setattr(checkout, name, value)
        for line, key in zip(checkout.line_items, self.keys, strict=True):
            line.key = key
        for address in self.numbered:
            del address["id"]


@dataclass(slots=True)
class PreparedBatch:
    """What `prepare_rows` adds to. The keys of `rows` are Python's `id(checkout)`, those of `customers` are
    `id(customer)`. `counted` has the facts of all rows."""

    rows: dict[int, Prepared] = field(default_factory=dict)
    customers: dict[int, PreparedCustomer] = field(default_factory=dict)
    counted: PreparedSums = field(default_factory=PreparedSums)


# The number of checkouts that go through one step before the next step begins. One step for many checkouts takes two
# thirds of the time of all steps for one after the other: the code of a step stays in the fast caches of the processor,
# and so do this number of checkouts.
_TOGETHER = 64


def prepare_rows(shop: Shop, checkouts: Sequence[Checkout], batch: PreparedBatch) -> None:
    """Prepare the rows of checkouts that have a number, and add them to the batch.

    This takes as long as writing the rows. Done before the transaction, it can run while another process writes.
    """
    for start in range(0, len(checkouts), _TOGETHER):
        some = [each for each in checkouts[start : start + _TOGETHER] if _can_be_prepared(each)]
        terms = index_terms_of_all(shop.id, some)
        as_sent = [*map(_filled_in, some)]
        keys = [[line.key for line in each.line_items] for each in some]
        numbered = [_without_number(each) for each in some]
        # First, because the GUID that it derives for a customer is also that of the checkout's contact.
        people = [each.customer for each in some if each.customer is not None]
        customers = [prepared_customer(shop, each) for each in people]
        batch.customers.update(zip(map(id, people), customers, strict=True))
        for each in some:
            fill_in_missing(shop, each, None)
        rows = [checkout_row(shop, each, None, each.id or 0) for each in some]
        lines = [line_rows(shop, each, each.id or 0) for each in some]
        facts = [prepared_facts(shop, each) for each in some]
        products = [product_rows(shop, each.line_items) for each in some]
        for known, of_checkout in zip(facts, products, strict=True):
            if known is not None:
                batch.counted.add(known, of_checkout)
        prepared = map(Prepared, terms, rows, lines, as_sent, keys, numbered, facts)
        batch.rows.update(zip(map(id, some), prepared, strict=True))


def _can_be_prepared(checkout: Checkout) -> bool:
    if checkout.id is None or checkout.name is None or checkout.present_fields is not None:
        return False
    return not is_without_customer(checkout)


def _without_number(checkout: Checkout) -> list[Address]:
    addresses = (checkout.shipping_address, checkout.billing_address)
    return [address for address in addresses if address is not None and address.get("id") is None]


def fill_in_missing(shop: Shop, checkout: Checkout, before: Row | None) -> None:
    """Fill in missing fields: from the stored row if there is one, otherwise with derived values."""
    if before is not None:
        for name in _KEPT:
            if getattr(checkout, name) is None:
                setattr(checkout, name, before[name])
    _derive_names(shop, checkout)
    _derive_moments(shop, checkout)
    if checkout.email_state is None:
        checkout.email_state = "not_sent"
    if checkout.presentment_currency is None:
        checkout.presentment_currency = checkout.currency
    if checkout.customer is not None:
        checkout.customer_id = checkout.customer.id
    complete_buyer(checkout, shop.domain)
    for address, place in ((checkout.shipping_address, 0), (checkout.billing_address, 1)):
        if address is not None and address.get("id") is None:
            address["id"] = address_number(checkout.id or 0, place)


def _derive_names(shop: Shop, checkout: Checkout) -> None:
    number = checkout.id or 0
    if checkout.uuid is None:
        checkout.uuid = derived_uuid(shop.domain, "abandoned_checkout", number)
    if checkout.token is None:
        checkout.token = derived_token(shop.secret, "token", number)
    if checkout.recovery_key is None:
        checkout.recovery_key = derived_token(shop.secret, "recovery", checkout.token)
    if checkout.name is None:
        checkout.name = f"#{number}"


def _derive_moments(shop: Shop, checkout: Checkout) -> None:
    """Derive when the checkout was abandoned, and whether its purchase was a recovery. Files do not contain this."""
    if checkout.abandoned_at is None:
        checkout.abandoned_at = checkout.created_at + threshold_of(shop)
    if checkout.recovered_at is None and checkout.completed_at is not None and checkout.lapsed_at is None:
        checkout.recovered_at = checkout.completed_at


def checkout_row(shop: Shop, checkout: Checkout, before: Row | None, document_id: int) -> RowValues:
    first_name, last_name = contact_names(checkout)
    return (
        *CHECKOUT.values(checkout),
        shop.id,
        before["document_id"] if before else document_id,
        before["version"] + 1 if before else 1,
        "open" if checkout.closed_at is None else "closed",
        "not_recovered" if checkout.recovered_at is None else "recovered",
        customer_name(checkout),
        sum([line.quantity for line in checkout.line_items]),
        first_name,
        last_name,
        contact_text(checkout.email, first_name, last_name),
    )


def line_rows(shop: Shop, checkout: Checkout, number: int) -> list[RowValues]:
    currency, presentment_currency = checkout.currency, checkout.presentment_currency
    rows: list[RowValues] = []
    for position, line in enumerate(checkout.line_items):
        if "?" not in line.key:
            line.key = line_item_key(checkout.token or "", position, line.key)
        allocations = line.discount_allocations
        if allocations:
            line.discount_allocations = _complete_allocations(checkout, line)
        rows.append((shop.id, number, position, currency, presentment_currency, *LINE_ITEM.values(line)))
        line.discount_allocations = allocations
    return rows


def _complete_allocations(checkout: Checkout, line: LineItem) -> list[DiscountAllocation]:
    """The allocations of a line, each with its complete discount, so that a line can be returned without its
    checkout."""
    known = checkout.discount_applications
    return [
        {**item, "discount": {"index": item["application"], **known[item["application"]]}}  # type: ignore[typeddict-unknown-key]
        for item in line.discount_allocations
    ]


def index_terms_of(shop_id: int, checkout: Checkout) -> str:
    return index_terms_of_all(shop_id, [checkout])[0]


def index_terms_of_all(shop_id: int, checkouts: Sequence[Checkout]) -> list[str]:
    texts = [search_text(each) for each in checkouts]
    fields = [field_texts(each) for each in checkouts]
    tokens = [field_tokens(each) for each in fields]
    return [indexed_tokens(shop_id, *each) for each in zip(texts, tokens, strict=True)]
