"""Parses the actions of a flow: mails, notifications, tasks and discounts."""

import re
from collections.abc import Callable
from typing import Any

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


_DISCOUNT_SOURCES, _WITH_WEBHOOK = ("code", "list", "webhook"), ("prefix", "valid_days")
_PREFIX = re.compile(r"[A-Za-z0-9_-]{1,20}")


def _apply_discount(value: object, place: Place) -> Action:
    """One code for all, or a mapping that says where the codes are from."""
    keys = (*_DISCOUNT_SOURCES, *_WITH_WEBHOOK, "again_after_days")
    mapping, problems = mapping_of({"code": value} if isinstance(value, str) else value, place, keys), Problems()
    given = [name for name in _DISCOUNT_SOURCES if name in mapping]
    if len(given) != 1:
        raise place.error(f" must have exactly one of the keys {', '.join(_DISCOUNT_SOURCES)}")
    for name in _WITH_WEBHOOK:
        if name in mapping and given != ["webhook"]:
            problems.found += (place / name).error(" needs webhook; remove it, or add the address").problems
    read: dict[str, Any] = {"code": _code, "list": list_name, "webhook": web_address}
    source = {name: problems.read(None, read[name], mapping[name], place / name) for name in given}
    days = problems.read(30, _days, mapping.get("again_after_days", 30), place / "again_after_days", 0)
    action = ApplyDiscount(
        code=source.get("code"),
        from_list=source.get("list"),
        webhook=source.get("webhook"),
        prefix=problems.read("", _prefix, mapping.get("prefix"), place / "prefix"),
        valid_days=problems.read(None, _days, mapping.get("valid_days"), place / "valid_days", 1),
        again_after_days=30 if days is None else days,
    )
    problems.check()
    return action


def _code(value: object, place: Place) -> str:
    return text_of(value, place, 255)


def list_name(value: object, place: Place) -> str:
    """The name of a list of codes."""
    name = text_of(value, place, 100)
    if name != name.strip() or "/" in name or not name.isprintable():
        raise place.error(f" is {shown(name)}; it must be a name without / and spaces at its ends")
    return name


def _prefix(value: object, place: Place) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not _PREFIX.fullmatch(value):
        raise place.error(f" is {shown(value)}; it must have 1 to 20 letters, digits, - or _, such as BACK-")
    return value


def _days(value: object, place: Place, least: int) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 366:
        raise place.error(f" is {shown(value)}; it must be a whole number from {least} to 366")
    return value


# The name of each action → the function that reads its value.
ACTIONS: dict[str, Callable[[object, Place], Action]] = {
    "send_email": _send_email,
    "send_notification": _send_notification,
    "create_task": _create_task,
    "apply_discount": _apply_discount,
}
