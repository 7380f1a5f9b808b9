"""Mails of a flow before they are sent: one of a stored flow, or one that somebody is writing."""

import asyncio

from markupsafe import Markup
from starlette.responses import Response

from abandoned_checkouts.automations.discount_codes import end_of_code
from abandoned_checkouts.automations.flow import SendEmail
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.link_discount import LinkDiscount
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import NOT_FOUND, existing, number_in
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.merchant.example_checkout import example_checkout
from abandoned_checkouts.merchant.flow_fields import form_of_visit, typed_form, typed_in
from abandoned_checkouts.merchant.flow_form import FlowForm, StepForm
from abandoned_checkouts.merchant.known_errors import flow_error_text
from abandoned_checkouts.merchant.layout import mail_response
from abandoned_checkouts.merchant.reasons import reason_text
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _, words_of
from abandoned_checkouts.recovery.languages import LANGUAGES
from abandoned_checkouts.recovery.mail import UNFILLABLE, write_mail
from abandoned_checkouts.store.checkouts.recovery_links import discount_of
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.flows import find_flow
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of

# The code in a preview: a mail with a code is not sent without one.
EXAMPLE_CODE = "EXAMPLE10"


async def preview_page(visit: Visit) -> Response:
    """A mail of a flow, written for one checkout.

    Parameters: `step`, the place of the mail among the flow's mails, from 0; `checkout`, a number, or `example` for an
    example, by default the latest checkout, or the example in a shop without one; `locale`, a language. The recovery
    link in the mail has an invalid key, so that a preview never counts as a visit.
    """
    parameters, shop = visit.parameters(), visit.shop
    locale = parameters.get("locale", "")
    async with visit.database.read() as connection:
        row = existing(await find_flow(connection, shop, number_in(visit.request, "flow_id")))
        checkout, code = await _checkout(visit, connection, parameters.get("checkout", ""), locale)
    try:
        actions = [step.action for step in parse_flow(row["definition"]).all_steps()]
    except FlowError as problem:
        return visit.notice(422, visit.words.text(_("This flow is invalid")), flow_error_text(visit.words, problem))
    mails = [action for action in actions if isinstance(action, SendEmail)]
    place = whole_number(parameters.get("step", "")) or 0
    if place >= len(mails):
        raise RefusedError(*NOT_FOUND)
    return await _written(visit, mails[place], checkout, code, locale)


async def written_mail(visit: Visit) -> Response:
    """The mail that the form of a flow has, for a frame beside the form: `mail` is the number of its step in the form,
    or its place among the mails of the text; `preview_language` the buyer's language."""
    form, locale = visit.form, visit.form.text("preview_language", 20)
    number = whole_number(form.text("mail", 5)) or 0
    if form.text("mode") == "text":
        typed = await typed_in(visit)
    else:
        # Only the mail: a wait that is not finished yet must not hide it.
        steps = [StepForm(step.kind, **_texts(step)) for step in form_of_visit(visit).steps[number : number + 1]]
        typed, number = await typed_form(visit, FlowForm(name="-", steps=tuple(steps))), 0
    if typed.flow is None:
        return _problem(visit, " ".join(each.text for each in typed.problems))
    actions = [step.action for step in typed.flow.all_steps()]
    mails = [action for action in actions if isinstance(action, SendEmail)]
    if number >= len(mails):
        return _problem(visit, visit.words.text(_("This step sends no mail.")))
    checkout = example_checkout(visit.shop, words_of(locale), visit.now)
    return await _written(visit, mails[number], checkout, _example_code(visit), locale)


def _texts(step: StepForm) -> dict[str, str]:
    names = ("subject", "message", "button", "template", "title", "address")
    return {name: getattr(step, name) for name in names}


def _problem(visit: Visit, text: str) -> Response:
    page = Markup('<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8"><title>{}</title><p>{}</p></html>')
    title = visit.words.text(_("This mail cannot be rendered"))
    response = mail_response(str(page.format(visit.words.tag, visit.words.direction, title, f"{title}: {text}")))
    response.status_code = 422
    return response


async def _written(
    visit: Visit, mail: SendEmail, checkout: Checkout, code: LinkDiscount | None, locale: str
) -> Response:
    try:
        written = await asyncio.to_thread(
            write_mail,
            mail,
            visit.shop,
            checkout,
            key="preview",
            recipient_key="preview",
            code=code,
            address=visit.address,
            locale=locale if locale in LANGUAGES else None,
        )
    except UNFILLABLE as problem:
        return _problem(visit, reason_text(visit.words, f"the mail cannot be created: {problem}"))
    return mail_response(written.html)


async def _checkout(
    visit: Visit, connection: Connection, which: str, locale: str
) -> tuple[Checkout, LinkDiscount | None]:
    """The checkout of the preview, and the code that its recovery link applies."""
    shop, number = visit.shop, whole_number(which)
    if not which:
        number = await _latest_checkout(connection, shop)
    if which == "example" or (not which and number is None):
        return example_checkout(shop, words_of(locale), visit.now), _example_code(visit)
    checkout = existing(await current_checkout(connection, shop, existing(number)))
    return checkout, await discount_of(connection, shop, existing(number), visit.now)


def _example_code(visit: Visit) -> LinkDiscount:
    return LinkDiscount(EXAMPLE_CODE, end_of_code(visit.now, 7, visit.shop.timezone))


async def _latest_checkout(connection: Connection, shop: Shop) -> int | None:
    listing = Listing("abandoned_checkouts", shop.id, SortOrder("created_at"))
    latest = (await window_of(connection, listing, PageWindow(first=1, reverse=True))).rows
    return latest[0]["id"] if latest else None
