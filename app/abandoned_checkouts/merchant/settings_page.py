"""The pages of settings: a form for each subject. A second person who saves sees what the first one has saved."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from abandoned_checkouts.access.rules import Data
from abandoned_checkouts.checkouts.setting_values import SettingValueError
from abandoned_checkouts.checkouts.settings import Form
from abandoned_checkouts.control.endpoint import existing
from abandoned_checkouts.merchant.mail_advice import ADVICE
from abandoned_checkouts.merchant.plain_mail import send_plain
from abandoned_checkouts.merchant.reasons import reason_text
from abandoned_checkouts.merchant.settings_form import (
    fields_of,
    read_texts,
    stored_texts,
    typed_texts,
    version_of,
)
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.privacy.retention_marks import list_held
from abandoned_checkouts.store.tenants.change_settings import change_settings, locked_settings
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.outgoing_mail import sender_of
from abandoned_checkouts.work.retention import preview_retention

# The pages: address, title, and what a caller must be allowed to change to see it.
SECTIONS = [
    ("/merchant/settings", _("Shop"), Data.SETTINGS),
    ("/merchant/settings/mail", _("Mails"), Data.SETTINGS),
    ("/merchant/settings/retention", _("Retention"), Data.SETTINGS),
    ("/merchant/settings/tokens", _("Access tokens"), Data.ACCESS_TOKENS),
    ("/merchant/settings/webhooks", _("Webhooks"), Data.EVENT_SUBSCRIPTIONS),
    ("/merchant/settings/deliveries", _("Deliveries"), Data.DELIVERIES),
]
_FORMS: dict[str, Form] = {"": "shop", "mail": "mail", "retention": "retention"}
_TITLES: dict[Form, str] = {"shop": _("Shop"), "mail": _("Mails"), "retention": _("Retention")}
_MOST_HELD = 100


async def settings_page(visit: Visit) -> Response:
    return await _page(visit, _form(visit))


async def save_settings(visit: Visit) -> Response:
    """Saves a form. Fields that were not changed are left alone, and an empty one is reset to its default."""
    form = _form(visit)
    typed = typed_texts(visit.form, form)
    values, problems = read_texts(typed)
    async with visit.database.begin() as connection:
        visit.access = replace(visit.access, shop=existing(await find_shop(connection, visit.shop.id)))
        # Read again under the lock, so that of two people who save at once the second sees the first one's values.
        visit.shop.settings = await locked_settings(connection, visit.shop)
        stored = stored_texts(visit.shop, form)
        is_newer = visit.form.text("version", 40) != version_of(visit.shop.settings, form)
        if not problems and not is_newer:
            changes = {name: values[name] for name, text in typed.items() if text != stored[name]}
            if changes:
                await change_settings(connection, visit.shop, changes, visit.now)
    if not problems and not is_newer:
        visit.site.wake()
        return visit.redirect(visit.request.url.path, "settings_saved")
    others = {name: stored[name] for name, text in typed.items() if is_newer and text != stored[name]}
    status = 422 if problems else 409
    return await _page(visit, form, status, typed=typed, problems=problems, others=others, is_newer=is_newer)


async def send_test_mail(visit: Visit) -> Response:
    """Sends a test mail to the person, and explains the mail server's error."""
    to, server, words = visit.form.text("to", 300), visit.site.mail_server, visit.words
    if server is None or visit.shop.is_demo:
        problem = _("This server cannot send mails. Set ABANDONED_CHECKOUTS_SMTP_URL.")
        if visit.shop.is_demo:
            problem = _("Mails of a demo shop are kept here and are not sent.")
        return await _page(visit, "mail", 422, to=to, test_problem=words.text(problem))
    subject = words.text(_("Test of the mail server for %(shop)s"), shop=visit.shop.name)
    paragraphs = (words.text(_("This mail shows that mails of your shop can be sent.")),)
    try:
        found = await send_plain(server, words, visit.shop, to, subject, paragraphs, visit.now)
    except ValueError:
        return await _page(visit, "mail", 422, to=to, test_problem=words.text(_("This is not an e-mail address.")))
    if found is None:
        return await _page(visit, "mail", to=to, tested=True)
    advice = "" if found.kind is None else words.text(ADVICE[found.kind])
    return await _page(visit, "mail", 422, to=to, test_problem=reason_text(words, found.reason), advice=advice)


def _form(visit: Visit) -> Form:
    return _FORMS[visit.request.url.path.removeprefix("/merchant/settings").strip("/")]


async def _page(
    visit: Visit,
    form: Form,
    status: int = 200,
    *,
    typed: dict[str, str] | None = None,
    problems: dict[str, SettingValueError] | None = None,
    others: dict[str, str] | None = None,
    is_newer: bool = False,
    **test: Any,
) -> Response:
    shop, server = visit.shop, visit.site.mail_server
    found: dict[str, Any] = {"held": [], "planned": None}
    if form == "retention":
        found["planned"] = await preview_retention(visit.database, shop, visit.now)
        async with visit.database.read() as connection:
            found["held"] = await list_held(connection, shop, _MOST_HELD)
    own = visit.session.email if visit.session is not None else ""
    return visit.page(
        "settings.html",
        status,
        sections=SECTIONS,
        section=visit.request.url.path if form != "mail" else "/merchant/settings/mail",
        form=form,
        title=_TITLES[form],
        fields=fields_of(visit.words, shop, form, typed=typed, problems=problems, others=others),
        version=version_of(shop.settings, form),
        has_problems=bool(problems),
        is_newer=is_newer,
        sender=sender_of(None if server is None else server.sender, shop),
        has_server=server is not None,
        **{"to": own, "test_problem": "", "advice": "", "tested": False, **test},
        **found,
    )
