"""Mails that lead back to a cart: HTML and plain text, in the buyer's language and currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from jinja2 import TemplateError

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.shop_template import filled_in
from abandoned_checkouts.recovery.cart import Cart, cart_of
from abandoned_checkouts.recovery.languages import DEFAULT, Language, language_of
from abandoned_checkouts.recovery.links import cart_link, unsubscribe_link
from abandoned_checkouts.recovery.templating import accent_of, environment, plain_environment

MailTexts = str | Mapping[str, str] | None


# What filling in the texts of a shop raises, besides TemplateError: they may calculate, too.
UNFILLABLE = (TemplateError, ArithmeticError, TypeError, ValueError)


class MailContent(Protocol):
    """A flow's texts of a mail; None stands for the default text. `template` is the whole mail in Jinja."""

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
    code: str | None,
    address: str,
    locale: str | None = None,
) -> Mail:
    """`key` opens the recovery link, `recipient_key` is what the buyer's address is known by, `code` the discount
    that the link applies, `address` this server's. `locale` overrides the buyer's. Raises one of UNFILLABLE."""
    language = language_of(locale, checkout.locale, checkout.customer.locale if checkout.customer else None)
    out = unsubscribe_link(address, shop, recipient_key, language.tag)
    back, cart = cart_link(address, shop, checkout, key), cart_of(checkout, language, address)
    values = _values(language, shop, checkout, cart, code) | {"recovery_link": back, "unsubscribe_link": out}
    subject = _say(content.subject, values, language, language.say("mail_subject", shop=shop.name))
    message = _say(content.message, values, language, language.say("mail_message"))
    button = _say(content.button, values, language, language.say("mail_button"))
    values |= {"subject": subject, "message": message, "button": button}
    whole: dict[str, object] = {**values, "language": language, "accent": accent_of(shop), "shop": shop}
    if content.template is None:
        html = environment.get_template("mail.html").render(whole)
    else:
        html = filled_in(content.template, values, html=True)
    plain = plain_environment.get_template("mail.txt").render(whole)
    return Mail(" ".join(subject.split()), html, plain, language.tag, out)


def _values(language: Language, shop: Shop, checkout: Checkout, cart: Cart, code: str | None) -> dict[str, object]:
    """What the texts of a shop may name. Nothing in it leads further than to texts and numbers."""
    name = first_name_of(checkout)
    return {
        "shop_name": shop.name,
        "shop_email": shop.email,
        "first_name": name or "",
        "greeting": language.say("greeting", name=name) if name else language.say("greeting_unnamed"),
        "cart": cart,
        "code": code or "",
        "locale": language.tag,
        "direction": language.direction,
    }


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
    return None


def _say(wording: MailTexts, values: dict[str, object], language: Language, otherwise: str) -> str:
    """The shop's own words in the buyer's language, else its English ones, else ours."""
    if isinstance(wording, Mapping):
        wording = wording.get(language.tag) or wording.get(language.name) or wording.get(DEFAULT)
    return otherwise if wording is None else filled_in(wording, values)
