"""Recovery mails: HTML and plain text with the recovery link, in the buyer's language and currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Protocol

from jinja2 import TemplateError

from abandoned_checkouts.checkouts.checkout import Checkout, unnumbered_names
from abandoned_checkouts.checkouts.link_discount import LinkDiscount
from abandoned_checkouts.checkouts.moment import to_datetime, zone_named
from abandoned_checkouts.checkouts.settings import OPEN_TRACKING
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.shop_template import filled_in
from abandoned_checkouts.recovery.cart import Cart, cart_of
from abandoned_checkouts.recovery.languages import DEFAULT, Language, language_of
from abandoned_checkouts.recovery.links import cart_link, opened_link, unsubscribe_link
from abandoned_checkouts.recovery.templating import accent_of, environment, logo_of, plain_environment

MailTexts = str | Mapping[str, str] | None


# Errors that a shop's template can cause. Templates can calculate, so there are more than TemplateError.
UNFILLABLE = (TemplateError, ArithmeticError, TypeError, ValueError)


class MailContent(Protocol):
    """The texts that a flow sets for a mail. None means the default text. `template` is the whole HTML as a Jinja
    template."""

    @property
    def subject(self) -> MailTexts: ...
    @property
    def message(self) -> MailTexts: ...
    @property
    def button(self) -> MailTexts: ...
    @property
    def template(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str
    html: str
    plain: str
    locale: str
    unsubscribe_link: str


def write_mail(
    content: MailContent,
    shop: Shop,
    checkout: Checkout,
    *,
    key: str,
    recipient_key: str,
    code: LinkDiscount | None,
    address: str,
    locale: str | None = None,
) -> Mail:
    """The mail for a checkout.

    `key` is the recovery key of the checkout, `recipient_key` the keyed hash of the buyer's e-mail address, `code` the
    discount that the recovery link applies, and `address` this server's URL. `locale` overrides the buyer's
    language. Raises one of UNFILLABLE if a text of the shop cannot be filled in.
    """
    own = checkout.customer.locale if checkout.customer else None
    # A language that is asked for, as in a preview, need not be one of the shop's.
    language = language_of(locale) if locale else language_of(checkout.locale, own, shop=shop)
    unsubscribe = unsubscribe_link(address, shop, recipient_key, language.tag)
    recovery, cart = cart_link(address, shop, checkout, key), cart_of(checkout, language, address)
    values = _values(language, shop, checkout, cart, code) | {
        "recovery_link": recovery,
        "unsubscribe_link": unsubscribe,
    }
    subject = _text(content.subject, values, language, language.say("mail_subject", shop=shop.name))
    message = _text(content.message, values, language, language.say("mail_message"))
    button = _text(content.button, values, language, language.say("mail_button"))
    values |= {"subject": subject, "message": message, "button": button}
    own_values: dict[str, object] = {
        **values,
        "language": language,
        "accent": accent_of(shop),
        "logo": logo_of(shop),
        "shop": shop,
    }
    if content.template is None:
        html = environment.get_template("mail.html").render(own_values)
    else:
        html = filled_in(content.template, values, html=True)
    plain = plain_environment.get_template("mail.txt").render(own_values)
    return Mail(" ".join(subject.split()), html, plain, language.tag, unsubscribe)


def with_open_tracking(html: str, shop: Shop, mail_id: str, address: str) -> str:
    """The HTML with an image of one pixel, if the shop has turned `open_tracking` on."""
    if shop.settings.get(OPEN_TRACKING) != "on":
        return html
    image = f'<img src="{escape(opened_link(address, shop, mail_id))}" width="1" height="1" alt="">'
    place = html.lower().rfind("</body>")
    return html + image if place < 0 else html[:place] + image + html[place:]


def _values(
    language: Language, shop: Shop, checkout: Checkout, cart: Cart, code: LinkDiscount | None
) -> dict[str, object]:
    """The variables of a shop's templates. They contain only texts and numbers, so a template cannot reach objects of
    the server."""
    name = first_name_of(checkout)
    return {
        "shop_name": shop.name,
        "shop_email": shop.email,
        "first_name": name or "",
        "greeting": language.say("greeting", name=name) if name else language.say("greeting_unnamed"),
        "cart": cart,
        "code": "" if code is None else code.code,
        "code_expires": "" if code is None else _last_day(code, language, shop),
        "locale": language.tag,
        "direction": language.direction,
    }


def _last_day(code: LinkDiscount, language: Language, shop: Shop) -> str:
    """The last day of a code in the shop's time zone, such as "January 31, 2027"; empty if it does not expire.

    A code ends with a day (automations/discount_codes). One that ends within a day is not promised for that day.
    """
    if code.expires_at is None:
        return ""
    return language.day(to_datetime(code.expires_at).astimezone(zone_named(shop.timezone)).date() - timedelta(days=1))


def first_name_of(checkout: Checkout) -> str | None:
    people = (checkout.customer, checkout.shipping_address, checkout.billing_address)
    for person in people:
        name = None
        if isinstance(person, dict):
            name = person.get("first_name")
        elif person is not None:
            name = person.first_name
        if name:
            return str(name)
    return unnumbered_names(checkout)[0]


def _text(texts: MailTexts, values: dict[str, object], language: Language, default: str) -> str:
    """The shop's text in the buyer's language, or its English text, or our default."""
    if isinstance(texts, Mapping):
        texts = texts.get(language.tag) or texts.get(language.name) or texts.get(DEFAULT)
    return default if texts is None else filled_in(texts, values)
