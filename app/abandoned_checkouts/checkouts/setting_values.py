"""Reads the values of a shop's settings from texts, and reports what is wrong with a value."""

import re
from email.utils import formataddr, parseaddr
from uuid import UUID

from abandoned_checkouts.checkouts.mail_languages import MAIL_LANGUAGES
from abandoned_checkouts.checkouts.public_key import PublicKeyError, read_public_key
from abandoned_checkouts.checkouts.quiet_hours import QuietHoursError, parse_quiet_hours
from abandoned_checkouts.checkouts.shop_addresses import AddressError, check_address
from abandoned_checkouts.checkouts.translatable import TranslatableError, _

SettingValue = str | int | dict[str, list[str]]

# The permissions of users that this server checks.
USER_PERMISSIONS = ("manage_abandoned_checkouts", "edit_customers")
MOST_DAYS, MOST_MINUTES, MOST_MAILS, LONGEST_NAME = 3650, 60 * 24 * 30, 1000, 100
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+")


class SettingValueError(TranslatableError):
    """The value is not allowed for the setting. The message lists the allowed values."""


def _refused(name: str, text: str, template: str, **values: object) -> SettingValueError:
    return SettingValueError(template, f"{name}: ", value=repr(text), **values)


def web_address(name: str, text: str) -> str:
    try:
        return check_address(name, text)
    except AddressError as problem:
        raise SettingValueError(problem.template, f"{name}: ", **problem.values) from None


def color(name: str, text: str) -> str:
    if not _COLOR.fullmatch(text):
        raise _refused(name, text, _("%(value)s is not a colour; use a form like #1f5b4c"))
    return text


def _is_number(text: str, least: int, most: int) -> bool:
    return _NUMBER.fullmatch(text) is not None and least <= int(text) <= most


def days(name: str, text: str) -> int:
    if not _is_number(text, 1, MOST_DAYS):
        raise _refused(name, text, _("%(value)s is not a number of days from 1 to %(most)s"), most=MOST_DAYS)
    return int(text)


def days_or_none(name: str, text: str) -> int:
    if not _is_number(text, 0, MOST_DAYS):
        raise _refused(name, text, _("%(value)s is not a number of days from 0 to %(most)s"), most=MOST_DAYS)
    return int(text)


def minutes(name: str, text: str) -> int:
    if not _is_number(text, 0, MOST_MINUTES):
        raise _refused(name, text, _("%(value)s is not a number of minutes from 0 to %(most)s"), most=MOST_MINUTES)
    return int(text)


def count(name: str, text: str) -> int:
    if not _is_number(text, 0, MOST_MAILS):
        raise _refused(name, text, _("%(value)s is not a whole number from 0 to %(most)s"), most=MOST_MAILS)
    return int(text)


def one_of(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        listed = f"{', '.join(choices[:-1])} or {choices[-1]}"
        raise _refused(name, text, _("%(value)s is not allowed; use %(choices)s"), choices=listed)
    return text


def languages(name: str, text: str) -> str:
    """Language codes, separated by spaces or commas, each once and in their order."""
    found = list(dict.fromkeys(text.replace(",", " ").split()))
    unknown = [each for each in found if each not in MAIL_LANGUAGES]
    if unknown or not found:
        message = _("%(value)s is not a list of languages; use some of %(choices)s")
        raise _refused(name, text, message, choices=", ".join(MAIL_LANGUAGES))
    return " ".join(found)


def shop_name(name: str, text: str) -> str:
    if not text.isprintable() or not 0 < len(text) <= LONGEST_NAME:
        raise _refused(name, text, _("a name has from 1 to %(most)s visible characters"), most=LONGEST_NAME)
    return text


def sender(name: str, text: str) -> str:
    """An e-mail address, with or without a name: Acme <hello@acme.example>."""
    title, address = parseaddr(text)
    if not text.isprintable() or not _ADDRESS.fullmatch(address) or len(text) > 2 * LONGEST_NAME:
        raise _refused(name, text, _("%(value)s is not a sender; use a form like Acme <hello@acme.example>"))
    return formataddr((title, address), charset="utf-8") if title.isascii() else f"{title} <{address}>"


def users(name: str, text: str) -> dict[str, list[str]]:
    """The permissions by user id, from a text such as `42=manage_abandoned_checkouts+edit_customers 43=`."""
    found: dict[str, list[str]] = {}
    for part in text.split():
        number, equals, permissions = part.partition("=")
        names = [each for each in permissions.split("+") if each]
        if not (equals and number.isascii() and number.isdigit() and set(names) <= set(USER_PERMISSIONS)):
            message = (
                "%(value)s is not a list of user ids with permissions; use a form like 42=%(all)s 43= "
                "(user 43 has no permissions)"
            )
            raise _refused(name, text, message, all="+".join(USER_PERMISSIONS))
        found[number] = names
    return found


def quiet_hours(name: str, text: str) -> str:
    try:
        return str(parse_quiet_hours(text))
    except QuietHoursError as problem:
        raise _refused(name, text, problem.template) from None


def guid(name: str, text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        message = "is %(value)s; use a GUID such as 07b12318-c5d9-419f-9c2c-9507db543901"
        raise SettingValueError(message, f"{name} ", value=repr(text)) from None


def public_key(name: str, text: str) -> str:
    try:
        return read_public_key(text)
    except PublicKeyError as problem:
        raise SettingValueError("%(problem)s", f"{name} ", problem=problem) from None
