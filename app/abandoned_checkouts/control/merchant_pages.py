"""Pages on which a shop's people look at a checkout: what happened, the mails as they were sent, visits by the link.

They only show. Who comes without a token is asked for it once; it then stays in a cookie that only these pages get
and no script reads.
"""

import asyncio
from pathlib import Path
from urllib.parse import parse_qs, quote

from babel.dates import format_datetime
from jinja2 import FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from abandoned_checkouts.automations.flow import SendEmail
from abandoned_checkouts.automations.parse_flows import FlowError, read_flow
from abandoned_checkouts.checkouts.lifecycle import rules_of, state_of
from abandoned_checkouts.checkouts.moment import MomentError, to_datetime, zone_named
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import (
    BODIES,
    NOT_FOUND,
    Control,
    ShopHandler,
    access_of,
    existing,
    may,
    number_in,
    refuse_nul,
)
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError
from abandoned_checkouts.http_kit.request_headers import access_token
from abandoned_checkouts.http_kit.responses import Handler, with_refusals
from abandoned_checkouts.recovery.cart import cart_of
from abandoned_checkouts.recovery.languages import LANGUAGES, language_of
from abandoned_checkouts.recovery.links import cart_link
from abandoned_checkouts.recovery.mail import UNFILLABLE, write_mail
from abandoned_checkouts.recovery.page import headers, page
from abandoned_checkouts.recovery.templating import environment
from abandoned_checkouts.store.checkouts.recovery_links import discount_of
from abandoned_checkouts.store.checkouts.timeline import find_mail, timeline_of
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.flows import find_flow, list_flows
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError, narrowed
from search_syntax import check, parse

COOKIE = "merchant_token"
COOKIE_SECONDS = 12 * 3600
SHOWN = 50
ENGLISH = language_of("en")

# Events and activities in a merchant's words.
WORDS = {
    "checkout_created": "Checkout began",
    "checkout_updated": "Checkout changed",
    "checkout_completed": "Completed",
    "checkout_abandoned": "Abandoned",
    "checkout_recovered": "Recovered",
    "checkout_lapsed": "Recovery no longer awaited",
    "checkout_closed": "Closed by the merchant",
    "checkout_deleted": "Deleted",
    "checkout_withdrawn": "Was bought in time",
    "recovery_link_visited": "Recovery link visited",
    "SCHEDULED": "Scheduled",
    "EMAIL_SENT": "E-mail sent",
    "EMAIL_NOT_SENT": "E-mail not sent",
    "NOTIFICATION_SENT": "Notification sent",
    "TASK_CREATED": "Task created",
    "AUTOMATION_SKIPPED": "Automation skipped",
    "send_email": "E-mail is due",
    "send_notification": "Notification is due",
    "create_task": "Task is due",
    "apply_discount": "Discount code is due",
}
templates = environment.overlay(
    loader=FileSystemLoader([Path(__file__).parent / "templates", Path(__file__).parents[1] / "recovery" / "templates"])
)


def page_endpoint(view: ShopHandler, control: Control) -> Handler:
    """The view as an endpoint for people with a token that may read orders; others are asked for a token."""

    async def authorize(request: Request) -> Response:
        access = await access_of(control, access_token(request) or request.cookies.get(COOKIE))
        if access is None:
            return _sign_in_page(_here(request), 401)
        if not may(access, "read_orders"):
            return _message(403, "Not with this token", "Its scopes do not include read_orders.")
        refuse_nul(request)
        return await view(request, control, access.shop)

    return with_refusals(authorize, _missing)


def _missing(refusal: HttpRefusal) -> Response:
    return _message(refusal.status, "There is nothing here", "No such page, or not in this shop.")


def sign_in(control: Control) -> Handler:
    async def endpoint(request: Request) -> Response:
        if request.method == "GET":
            return _sign_in_page(request.query_params.get("next", ""), 200)
        form = parse_qs((await BODIES.read(request)).decode("utf-8", "replace"))
        token, then = form.get("token", [""])[0].strip(), form.get("next", [""])[0]
        if await access_of(control, token) is None:
            return _sign_in_page(then, 401, "This token is unknown, expired or revoked.")
        response = RedirectResponse(_safe(then), 303, {"Cache-Control": "no-store"})
        secure = control.address_of(request).startswith("https:")
        response.set_cookie(
            COOKIE, token, COOKIE_SECONDS, path="/merchant", secure=secure, httponly=True, samesite="strict"
        )
        return response

    return with_refusals(endpoint, _no_form)


def _no_form(refusal: HttpRefusal) -> Response:
    if refusal.status == 413:
        return _message(refusal.status, "Too much", "That is more than a token.")
    return _message(refusal.status, "Not received", str(refusal.message))


async def overview(request: Request, control: Control, shop: Shop) -> Response:
    """The latest checkouts, or those that a search finds, and the flows with what their mails look like."""
    query = request.query_params.get("query", "")[:1000]
    listing = Listing("abandoned_checkouts", shop.id, SortOrder("created_at"))
    async with control.database.read() as connection:
        if query.strip():
            now = to_datetime(control.clock())
            meaning = check(parse(query), checkout_fields(extended=True), zone=zone_named(shop.timezone), now=now)
            try:
                listing = narrowed(listing, meaning.root, dialect=connection.dialect.name)
            except SearchTooDeepError as problem:
                return _message(400, "This search is too deep", str(problem))
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
    return page("overview.html", shop=shop, values=values, templates=templates)


async def checkout_page(request: Request, control: Control, shop: Shop) -> Response:
    number = number_in(request, "checkout_id")
    async with control.database.read() as connection:
        checkout = existing(await current_checkout(connection, shop, number))
        entries = await timeline_of(connection, shop, number)
        code = await discount_of(connection, shop, number)
    address = control.address_of(request)
    values = {
        "language": ENGLISH,
        "checkout": checkout,
        "state": state_of(checkout, control.clock(), rules_of(shop)),
        "cart": cart_of(checkout, ENGLISH, address),
        "link": cart_link(address, shop, checkout, recovery_key_of(shop, checkout)),
        "code": code,
        "entries": [(_time(entry.at, shop), entry, WORDS.get(entry.name, entry.name)) for entry in entries],
    }
    return page("checkout.html", shop=shop, values=values, templates=templates)


async def mail_page(request: Request, control: Control, shop: Shop) -> Response:
    """A mail as it was sent."""
    number, name = number_in(request, "checkout_id"), request.path_params["mail_id"]
    async with control.database.read() as connection:
        mail = existing(await find_mail(connection, shop, number, name))
    return _mail(mail["html"])


async def preview_page(request: Request, control: Control, shop: Shop) -> Response:
    """What a mail of a flow looks like: `?step=` of its actions, `&checkout=` a number, `&locale=` a language.

    The link in it opens nothing, so that looking does not count as a visit.
    """
    parameters = request.query_params
    async with control.database.read() as connection:
        row = existing(await find_flow(connection, shop, number_in(request, "flow_id")))
        number = whole_number(parameters.get("checkout", ""))
        if not parameters.get("checkout"):
            listing = Listing("abandoned_checkouts", shop.id, SortOrder("created_at"))
            latest = (await window_of(connection, listing, PageWindow(first=1, reverse=True))).rows
            number = latest[0]["id"] if latest else None
        checkout = existing(await current_checkout(connection, shop, existing(number)))
        code = await discount_of(connection, shop, existing(number))
    try:
        actions = [step.action for step in read_flow(row["definition"]).steps]
    except FlowError as problem:
        return _message(422, "This flow cannot be read", str(problem))
    mails = [action for action in actions if isinstance(action, SendEmail)]
    place = whole_number(parameters.get("step", "")) or 0
    if place >= len(mails):
        raise RefusedError(*NOT_FOUND)
    wish = parameters.get("locale")
    address = control.address_of(request)
    locale = wish if wish in LANGUAGES else None
    try:
        mail = await asyncio.to_thread(
            write_mail,
            mails[place],
            shop,
            checkout,
            key="preview",
            recipient_key="preview",
            code=code,
            address=address,
            locale=locale,
        )
    except UNFILLABLE as problem:
        return _message(422, "This mail cannot be written", str(problem))
    return _mail(mail.html)


def _mail(html: str) -> Response:
    """A mail's styles stand on its elements; nothing in it runs."""
    return HTMLResponse(html, headers=headers("style-src 'unsafe-inline'; sandbox allow-popups"))


def _message(status: int, heading: str, text: str) -> Response:
    values = {"language": ENGLISH, "heading": heading, "text": text}
    return page("notice.html", status, shop=None, values=values, templates=templates)


def _sign_in_page(then: str, status: int, problem: str = "") -> Response:
    values = {"language": ENGLISH, "then": _safe(then), "problem": problem}
    return page("sign_in.html", status, shop=None, values=values, templates=templates)


def _here(request: Request) -> str:
    query = request.url.query
    return quote(request.url.path) + (f"?{query}" if query else "")


def _safe(then: str) -> str:
    """Only to these pages, never elsewhere."""
    inside = then == "/merchant" or then.startswith(("/merchant/", "/merchant?"))
    return then if inside and "\\" not in then and then.isprintable() else "/merchant"


def _time(moment: int, shop: Shop) -> str:
    try:
        zone = zone_named(shop.timezone)
    except MomentError:
        zone = zone_named("UTC")
    return format_datetime(to_datetime(moment), "d MMM y, HH:mm:ss", tzinfo=zone, locale="en")
