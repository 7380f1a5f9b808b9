"""The page that shows a mail of a flow before it is sent."""

import asyncio

from starlette.responses import Response

from abandoned_checkouts.automations.flow import SendEmail
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import NOT_FOUND, existing, number_in
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.merchant.layout import mail_response
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.recovery.languages import LANGUAGES
from abandoned_checkouts.recovery.mail import UNFILLABLE, write_mail
from abandoned_checkouts.store.checkouts.recovery_links import discount_of
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.flows import find_flow
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of


async def preview_page(visit: Visit) -> Response:
    """A mail of a flow, written for one checkout.

    Parameters: `step`, the place of the mail among the flow's mails, from 0; `checkout`, a number, by default the
    latest; `locale`, a language. The recovery link in the mail has an invalid key, so that a preview never counts as a
    visit.
    """
    parameters, shop = visit.parameters(), visit.shop
    async with visit.database.read() as connection:
        row = existing(await find_flow(connection, shop, number_in(visit.request, "flow_id")))
        number = whole_number(parameters.get("checkout", ""))
        if not parameters.get("checkout"):
            number = await _latest_checkout(connection, shop)
        checkout = existing(await current_checkout(connection, shop, existing(number)))
        code = await discount_of(connection, shop, existing(number), visit.now)
    try:
        actions = [step.action for step in parse_flow(row["definition"]).all_steps()]
    except FlowError as problem:
        return visit.notice(422, visit.words.text(_("This flow is invalid")), str(problem))
    mails = [action for action in actions if isinstance(action, SendEmail)]
    place = whole_number(parameters.get("step", "")) or 0
    if place >= len(mails):
        raise RefusedError(*NOT_FOUND)
    locale = parameters.get("locale")
    try:
        mail = await asyncio.to_thread(
            write_mail,
            mails[place],
            shop,
            checkout,
            key="preview",
            recipient_key="preview",
            code=code,
            address=visit.address,
            locale=locale if locale in LANGUAGES else None,
        )
    except UNFILLABLE as problem:
        return visit.notice(422, visit.words.text(_("This mail cannot be rendered")), str(problem))
    return mail_response(mail.html)


async def _latest_checkout(connection: Connection, shop: Shop) -> int | None:
    listing = Listing("abandoned_checkouts", shop.id, SortOrder("created_at"))
    latest = (await window_of(connection, listing, PageWindow(first=1, reverse=True))).rows
    return latest[0]["id"] if latest else None
