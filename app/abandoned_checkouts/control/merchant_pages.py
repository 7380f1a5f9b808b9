"""The merchant pages: the list of checkouts and flows, one checkout with its timeline, and a mail as it was sent."""

from babel.dates import format_datetime
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.lifecycle import rules_of, state_of
from abandoned_checkouts.checkouts.moment import MomentError, to_datetime, zone_named
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.control.endpoint import Control, existing, number_in
from abandoned_checkouts.control.merchant_layout import ENGLISH, TEMPLATES, mail_response, notice_page
from abandoned_checkouts.recovery.cart import cart_of
from abandoned_checkouts.recovery.links import cart_link
from abandoned_checkouts.recovery.page import page
from abandoned_checkouts.store.checkouts.recovery_links import discount_of
from abandoned_checkouts.store.checkouts.timeline import find_mail, latest_mails, timeline_of
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.flows import list_flows
from abandoned_checkouts.store.privacy.email_opens import opens_of
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError, narrowed
from search_syntax import check, parse

SHOWN = 50

# How the timeline names events, activities and scheduled steps.
LABELS = {
    "checkout_created": "Checkout started",
    "checkout_updated": "Checkout updated",
    "checkout_completed": "Completed",
    "checkout_abandoned": "Abandoned",
    "checkout_recovered": "Recovered",
    "checkout_lapsed": "Recovery period ended",
    "checkout_closed": "Archived by the merchant",
    "checkout_deleted": "Deleted",
    "checkout_withdrawn": "Bought before it was abandoned",
    "checkout_erased": "Buyer's data erased",
    "recovery_link_visited": "Recovery link visited",
    "SCHEDULED": "Scheduled",
    "EMAIL_SENT": "E-mail sent",
    "EMAIL_NOT_SENT": "E-mail not sent",
    "NOTIFICATION_SENT": "Notification sent",
    "TASK_CREATED": "Task created",
    "AUTOMATION_SKIPPED": "Automation skipped",
    "send_email": "E-mail scheduled",
    "send_notification": "Notification scheduled",
    "create_task": "Task scheduled",
    "apply_discount": "Discount code scheduled",
}


async def overview(request: Request, control: Control, shop: Shop) -> Response:
    """The latest checkouts, or those that a search finds, and the flows."""
    query = request.query_params.get("query", "")[:1000]
    listing = Listing("abandoned_checkouts", shop.id, SortOrder("created_at"))
    async with control.database.read() as connection:
        if query.strip():
            now = to_datetime(control.clock())
            meaning = check(parse(query), checkout_fields(extended=True), zone=zone_named(shop.timezone), now=now)
            try:
                listing = narrowed(listing, meaning.root, dialect=connection.dialect.name)
            except SearchTooDeepError as problem:
                return notice_page(400, "Search is nested too deeply", str(problem))
        cut = await window_of(connection, listing, PageWindow(first=SHOWN, reverse=True))
        flows = await list_flows(connection, shop)
    rows = [
        {
            "id": row["id"],
            "name": row["name"],
            "buyer": row["customer_name"].strip(", ").title() or row["email"] or "–",
            "total": ENGLISH.price(row["total_price"], row["currency"]),
            "at": _time(row["created_at"], shop),
            "state": "recovered" if row["recovered_at"] is not None else "abandoned",
        }
        for row in cut.rows
    ]
    values = {"language": ENGLISH, "rows": rows, "more": cut.has_next, "query": query, "flows": flows}
    return page("overview.html", shop=shop, values=values, templates=TEMPLATES)


async def checkout_page(request: Request, control: Control, shop: Shop) -> Response:
    number = number_in(request, "checkout_id")
    async with control.database.read() as connection:
        checkout = existing(await current_checkout(connection, shop, number))
        entries = await timeline_of(connection, shop, number)
        code = await discount_of(connection, shop, number)
        customer = checkout.customer
        opens = None if customer is None or customer.id is None else await opens_of(connection, shop, customer.id)
    address = control.address_of(request)
    values = {
        "language": ENGLISH,
        "checkout": checkout,
        "state": state_of(checkout, control.clock(), rules_of(shop)),
        "cart": cart_of(checkout, ENGLISH, address),
        "link": cart_link(address, shop, checkout, recovery_key_of(shop, checkout)),
        "code": code,
        "opens": None if opens is None else (opens.count, _time(opens.last_at, shop)),
        "entries": [(_time(entry.at, shop), entry, LABELS.get(entry.name, entry.name)) for entry in entries],
    }
    return page("checkout.html", shop=shop, values=values, templates=TEMPLATES)


async def outbox_page(request: Request, control: Control, shop: Shop) -> Response:
    """The latest mails of flows. The mails of a demo shop are only shown here, and never sent."""
    async with control.database.read() as connection:
        rows = await latest_mails(connection, shop, SHOWN)
    mails = [{**row, "at": _time(row["sent_at"], shop)} for row in rows]
    return page("outbox.html", shop=shop, values={"language": ENGLISH, "mails": mails}, templates=TEMPLATES)


async def mail_page(request: Request, control: Control, shop: Shop) -> Response:
    """A mail as it was sent."""
    number, name = number_in(request, "checkout_id"), request.path_params["mail_id"]
    async with control.database.read() as connection:
        mail = existing(await find_mail(connection, shop, number, name))
    return mail_response(mail["html"])


def _time(moment: int, shop: Shop) -> str:
    try:
        zone = zone_named(shop.timezone)
    except MomentError:
        zone = zone_named("UTC")
    return format_datetime(to_datetime(moment), "d MMM y, HH:mm:ss", tzinfo=zone, locale="en")
