"""Parses the actions of a flow: mails, notifications, tasks and discounts."""

from collections.abc import Callable

from abandoned_checkouts.automations.flow import (
    Action,
    ApplyDiscount,
    CreateTask,
    LocalizedText,
    SendEmail,
    SendNotification,
)
from abandoned_checkouts.automations.flow_errors import Place, Problems
from abandoned_checkouts.automations.flow_values import mapping_of, optional_text, shown, template_of, text_of
from abandoned_checkouts.checkouts.shop_addresses import is_web_address

_MAIL_TEXTS = ("subject", "message", "button")


def _send_email(value: object, place: Place) -> Action:
    mapping, problems = mapping_of({} if value is None else value, place, (*_MAIL_TEXTS, "template")), Problems()
    subject, message, button = (
        problems.read(None, _localized_text, mapping.get(name), place / name) for name in _MAIL_TEXTS
    )
    template = problems.read(None, _mail_template, mapping.get("template"), place / "template")
    problems.check()
    return SendEmail(subject, message, button, template)


def _mail_template(value: object, place: Place) -> str | None:
    template = optional_text(value, place)
    if template is not None:
        template_of(template, place)
        if "unsubscribe_link" not in template:
            raise place.error(" must contain {{ unsubscribe_link }}, so that buyers can unsubscribe")
    return template


def _localized_text(value: object, place: Place) -> LocalizedText:
    """One template, or one for each language."""
    if value is None:
        return None
    if not isinstance(value, dict):
        return template_of(value, place)
    texts: dict[str, str] = {}
    for language, text in value.items():
        if not isinstance(language, str):
            raise place.error(f": {shown(language)} is not a language code; write one such as en, in quotes")
        texts[language] = template_of(text, place / language)
    return texts


def _send_notification(value: object, place: Place) -> Action:
    mapping = mapping_of({"address": value} if isinstance(value, str) else value, place, ("address",))
    return SendNotification(web_address(mapping.get("address"), place / "address"))


def web_address(value: object, place: Place) -> str:
    """The URL of a receiver."""
    address = text_of(value, place)
    if not (address.isascii() and is_web_address(address)):
        raise place.error(f" is {shown(address)}; it must be a URL such as https://example.com/hook")
    return address


def _create_task(value: object, place: Place) -> Action:
    mapping = mapping_of({"title": value} if isinstance(value, str) else value, place, ("title",))
    return CreateTask(template_of(mapping.get("title"), place / "title", 500))


def _apply_discount(value: object, place: Place) -> Action:
    mapping = mapping_of({"code": value} if isinstance(value, str) else value, place, ("code",))
    return ApplyDiscount(text_of(mapping.get("code"), place / "code", 255))


# By the name of each action, what reads its value.
ACTIONS: dict[str, Callable[[object, Place], Action]] = {
    "send_email": _send_email,
    "send_notification": _send_notification,
    "create_task": _create_task,
    "apply_discount": _apply_discount,
}
