"""A reminder that a person sends now: choose a template, edit its texts, look at the mail, send a test, send it."""

import re
from urllib.parse import urlencode

from starlette.responses import Response

from abandoned_checkouts.automations.decide import recipient_of
from abandoned_checkouts.automations.flow import LocalizedText, SendEmail
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.randomness import random_url_text
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant import reasons
from abandoned_checkouts.merchant.layout import mail_response
from abandoned_checkouts.merchant.people import buyer_of
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import Words, _
from abandoned_checkouts.recovery.languages import DEFAULT, Language, language_of
from abandoned_checkouts.store.checkouts.recovery_links import discount_of
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.flows import list_flows
from abandoned_checkouts.work import send_by_hand
from abandoned_checkouts.work.send_by_hand import HandMail, NotSentError, send_reminder, send_test, why_not, written

# The longest texts of a mail that a person can write.
LONGEST = {"subject": 200, "message": 3000, "button": 100}
_MESSAGE_ID = re.compile(r"[\w-]{20,40}")

REASONS = {
    send_by_hand.DELETED: _("The checkout was deleted."),
    send_by_hand.BOUGHT: _("The buyer has bought already."),
    send_by_hand.ERASED: _("The buyer's data was erased."),
    send_by_hand.NO_ADDRESS: _("The buyer has no e-mail address."),
    send_by_hand.UNSUBSCRIBED: _("The buyer does not want mails."),
    send_by_hand.BLOCKED: _("Mails to the buyer's address bounced, or were marked as spam."),
    send_by_hand.EMPTY: _("The cart is empty."),
    send_by_hand.NO_SERVER: _("This server cannot send mails. Set ABANDONED_CHECKOUTS_SMTP_URL."),
    send_by_hand.SENT_ALREADY: _("This reminder was sent already."),
}


def reason_text(words: Words, reason: str) -> str:
    """Why a mail was not sent, in the person's language."""
    return words.text(REASONS[reason]) if reason in REASONS else reasons.reason_text(words, reason)


def hand_of(visit: Visit) -> HandMail:
    return HandMail(visit.database, visit.site.mail_server, visit.address)


async def reminder_page(visit: Visit) -> Response:
    """The form. The parameters choose a template, and can replace its texts."""
    return await _form(visit, visit.parameters().get("template", ""))


async def _form(
    visit: Visit, template: str, *, typed: dict[str, str] | None = None, problem: str = "", tested: str = ""
) -> Response:
    number, shop = number_in(visit.request, "checkout_id"), visit.shop
    async with visit.database.read() as connection:
        checkout = existing(await current_checkout(connection, shop, number))
        reason = await why_not(connection, shop, checkout)
    templates = await _templates(visit)
    content = templates.get(template, ("", SendEmail()))[1]
    language = language_of(checkout.locale, checkout.customer.locale if checkout.customer else None, shop=shop)
    texts = typed or _texts(content, language, shop.name)
    status = 422 if problem else 200
    return visit.page(
        "reminder.html",
        status,
        checkout=checkout,
        buyer=buyer_of(checkout),
        recipient=recipient_of(checkout) or "",
        language=language,
        texts=texts,
        longest=LONGEST,
        chosen=template if template in templates else "",
        templates=[(name, title) for name, (title, _content) in templates.items()],
        reason="" if reason is None else reason_text(visit.words, reason),
        problem=problem,
        tested=tested,
        message_id=random_url_text(18),
        preview=f"/merchant/checkouts/{number}/reminder/preview?{urlencode({'template': template, **texts})}",
        own_address=visit.session.email if visit.session is not None else "",
        cannot_send=visit.site.mail_server is None and not shop.is_demo,
    )


async def send(visit: Visit) -> Response:
    """Shows the mail with the texts of the form, sends a test of it, or sends it."""
    number, form = number_in(visit.request, "checkout_id"), visit.form
    template = form.text("template", 100)
    typed = {name: form.text(name, most) for name, most in LONGEST.items()}
    content = await _content(visit, template, typed)
    to = form.text("to", 300)
    try:
        if "test" in form:
            async with visit.database.read() as connection:
                checkout = existing(await current_checkout(connection, visit.shop, number))
            message_id = random_url_text(18)
            await send_test(hand_of(visit), visit.shop, checkout, content, to=to, message_id=message_id, now=visit.now)
            return await _form(visit, template, typed=typed, tested=to)
        if "send" in form:
            message_id = form.text("message_id", 50)
            if not _MESSAGE_ID.fullmatch(message_id):
                message_id = random_url_text(18)
            await send_reminder(hand_of(visit), visit.shop, number, content, message_id=message_id, now=visit.now)
            visit.site.wake()
            return visit.redirect(f"/merchant/checkouts/{number}", "reminder_sent")
    except NotSentError as problem:
        return await _form(visit, template, typed=typed, problem=reason_text(visit.words, problem.reason))
    return await _form(visit, template, typed=typed)


async def preview(visit: Visit) -> Response:
    """The mail with the texts of the address, in the buyer's language. Its link is invalid."""
    parameters = visit.parameters()
    typed = {name: parameters.get(name, "")[:most] for name, most in LONGEST.items()}
    content = await _content(visit, parameters.get("template", ""), typed)
    number = number_in(visit.request, "checkout_id")
    async with visit.database.read() as connection:
        checkout: Checkout = existing(await current_checkout(connection, visit.shop, number))
        code = await discount_of(connection, visit.shop, number, visit.now)
    try:
        mail = await written(hand_of(visit), visit.shop, checkout, content, code, is_test=True)
    except NotSentError as problem:
        return visit.notice(
            422, visit.words.text(_("This mail cannot be rendered")), reason_text(visit.words, problem.reason)
        )
    return mail_response(mail.html)


async def _templates(visit: Visit) -> dict[str, tuple[str, SendEmail]]:
    """The mails of the shop's flows by a name, with a title."""
    async with visit.database.read() as connection:
        flows = await list_flows(connection, visit.shop)
    found: dict[str, tuple[str, SendEmail]] = {}
    for flow in flows:
        try:
            steps = parse_flow(flow["definition"]).all_steps()
        except FlowError:
            continue
        mails = [step.action for step in steps if isinstance(step.action, SendEmail)]
        for place, mail in enumerate(mails):
            number = visit.words.number(place + 1)
            title = visit.words.text(_("%(flow)s, mail %(number)s"), flow=flow["name"], number=number)
            found[f"{flow['id']}-{place}"] = (title, mail)
    return found


async def _content(visit: Visit, template: str, typed: dict[str, str]) -> SendEmail:
    """The mail of a template with the texts that a person typed. An empty text is that of the template."""
    base = (await _templates(visit)).get(template, ("", SendEmail()))[1]
    return SendEmail(
        typed["subject"] or base.subject,
        typed["message"] or base.message,
        typed["button"] or base.button,
        base.template,
    )


def _texts(content: SendEmail, language: Language, shop_name: str) -> dict[str, str]:
    """The texts of a mail in the buyer's language, to edit."""
    return {
        "subject": _text(content.subject, language) or language.say("mail_subject", shop=shop_name),
        "message": _text(content.message, language) or language.say("mail_message"),
        "button": _text(content.button, language) or language.say("mail_button"),
    }


def _text(texts: LocalizedText, language: Language) -> str:
    if isinstance(texts, dict):
        return texts.get(language.tag) or texts.get(language.name) or texts.get(DEFAULT) or ""
    return texts or ""
