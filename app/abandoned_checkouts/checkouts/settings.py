"""The settings of a shop: names, descriptions and allowed values. `SETTINGS` lists them."""

import re
from collections.abc import Callable
from uuid import UUID

from abandoned_checkouts.checkouts.public_key import PublicKeyError, read_public_key
from abandoned_checkouts.checkouts.quiet_hours import QuietHoursError, parse_quiet_hours
from abandoned_checkouts.checkouts.retention_policy import GRACE_DAYS, RETENTION_DAYS
from abandoned_checkouts.checkouts.shop import ABANDONED_AFTER_MINUTES, WIX_ABANDONED_AFTER_MINUTES
from abandoned_checkouts.checkouts.shop_addresses import AddressError, check_address

SettingValue = str | int | dict[str, list[str]]

# The permissions of users that this server checks.
USER_PERMISSIONS = ("manage_abandoned_checkouts", "edit_customers")
# Shopify refuses requests for a shop that has not paid, breaks the terms of use, or sends too many requests; see
# shopify/http/refusals.
SHOP_STATUSES = ("active", "frozen", "forbidden", "locked", "closed")

# Settings that limit what tokens may do, so tokens must not change them.
OWNERS = frozenset({"status", "users"})
OPEN_TRACKING = "open_tracking"
_MOST_MAILS = 1000
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_NUMBER = re.compile(r"[0-9]{1,9}")


class SettingValueError(ValueError):
    """The value is not allowed for the setting. The message lists the allowed values."""


def read_setting(name: str, text: str) -> SettingValue:
    """The value to store. Raises SettingValueError."""
    if name not in SETTINGS:
        raise SettingValueError(f"{name!r} is not a setting; the settings are {', '.join(SETTINGS)}")
    return SETTINGS[name][1](name, text.strip())


def _address(name: str, text: str) -> str:
    try:
        return check_address(name, text)
    except AddressError as problem:
        raise SettingValueError(str(problem)) from None


def _color(name: str, text: str) -> str:
    if not _COLOR.fullmatch(text):
        raise SettingValueError(f"{name}: {text!r} is not a colour; use a form like #1f5b4c")
    return text


def _is_number(text: str, least: int, most: int) -> bool:
    return _NUMBER.fullmatch(text) is not None and least <= int(text) <= most


def _days(name: str, text: str) -> int:
    if not _is_number(text, 1, 3650):
        raise SettingValueError(f"{name}: {text!r} is not a number of days from 1 to 3650")
    return int(text)


def _minutes(name: str, text: str) -> int:
    if not _is_number(text, 0, 60 * 24 * 30):
        raise SettingValueError(f"{name}: {text!r} is not a number of minutes from 0 to 43200")
    return int(text)


def _retention(name: str, text: str) -> str:
    if text not in ("keep", "shopify", "anonymise", "delete"):
        raise SettingValueError(f"{name}: {text!r} is not allowed; use keep, shopify, anonymise or delete")
    return text


def _grace(name: str, text: str) -> int:
    if not _is_number(text, 0, 3650):
        raise SettingValueError(f"{name}: {text!r} is not a number of days from 0 to 3650")
    return int(text)


def _on_or_off(name: str, text: str) -> str:
    if text not in ("on", "off"):
        raise SettingValueError(f"{name}: {text!r} is not allowed; use on or off")
    return text


def _users(name: str, text: str) -> dict[str, list[str]]:
    """The permissions by user id, from a text such as `42=manage_abandoned_checkouts+edit_customers 43=`."""
    users: dict[str, list[str]] = {}
    for part in text.split():
        number, equals, permissions = part.partition("=")
        names = [each for each in permissions.split("+") if each]
        if not (equals and number.isascii() and number.isdigit() and set(names) <= set(USER_PERMISSIONS)):
            raise SettingValueError(
                f"{name}: {text!r} is not a list of user ids with permissions; use a form like "
                f"42={'+'.join(USER_PERMISSIONS)} 43= (user 43 has no permissions)"
            )
        users[number] = names
    return users


def _count(name: str, text: str) -> int:
    if not _is_number(text, 0, _MOST_MAILS):
        raise SettingValueError(f"{name}: {text!r} is not a whole number from 0 to {_MOST_MAILS}")
    return int(text)


def _quiet_hours(name: str, text: str) -> str:
    try:
        return str(parse_quiet_hours(text))
    except QuietHoursError as problem:
        raise SettingValueError(f"{name}: {problem}") from None


def _status(name: str, text: str) -> str:
    if text not in SHOP_STATUSES:
        raise SettingValueError(f"{name}: {text!r} is not allowed; use {', '.join(SHOP_STATUSES)}")
    return text


def _guid(name: str, text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise SettingValueError(
            f"{name} is {text!r}; use a GUID such as 07b12318-c5d9-419f-9c2c-9507db543901"
        ) from None


def _public_key(name: str, text: str) -> str:
    try:
        return read_public_key(text)
    except PublicKeyError as problem:
        raise SettingValueError(f"{name} {problem}") from None


# The description of each setting, and the function that reads its text.
SETTINGS: dict[str, tuple[str, Callable[[str, str], SettingValue]]] = {
    "storefront_url": (
        "URL of the storefront (default: the shop's domain). Recovery links of open checkouts lead there.",
        _address,
    ),
    "checkout_url": (
        "URL where buyers complete a checkout, for example https://shop.example/cart/{token}.",
        _address,
    ),
    "accent_color": ("Colour of buttons on the recovery page and in mails, for example #1f5b4c.", _color),
    "recovery_link_days": ("Days for which a recovery link is valid after the abandonment (default: 90).", _days),
    "abandoned_after_minutes": (
        "Minutes without a purchase, after the buyer entered contact data, until a checkout is abandoned "
        f"(default: {ABANDONED_AFTER_MINUTES}; for Wix {WIX_ABANDONED_AFTER_MINUTES}).",
        _minutes,
    ),
    "attribution_days": (
        "Days in which a purchase without the recovery link counts as a recovery (default: 30).",
        _days,
    ),
    "mails_per_week": ("Maximum number of flow mails that one person receives in seven days (default: 3).", _count),
    "quiet_hours": (
        "Time of day in which no mails are sent, in the buyer's time zone, for example 22:00-08:00 (default: none).",
        _quiet_hours,
    ),
    OPEN_TRACKING: (
        "on: mails of flows have an image that counts how often they are opened; privacy proxies of mail programs "
        "inflate the number. off (default): they have none.",
        _on_or_off,
    ),
    "users": (
        "Permissions of users, for example 42=manage_abandoned_checkouts+edit_customers. Other users have all.",
        _users,
    ),
    "status": (
        "State of the shop, for tests of a client: active (default), frozen, forbidden, locked or closed.",
        _status,
    ),
    "wix_site_id": ("Site id of the Wix site whose events arrive here; Wix clients send it too.", _guid),
    "wix_instance_id": ("Instance id of your app on the Wix site. An event names the site id or this id.", _guid),
    "wix_public_key": ("Public key of your Wix app, to verify the site's events.", _public_key),
    "retention": (
        "keep (default): never delete abandoned checkouts. shopify: delete old ones as Shopify does. anonymise or "
        "delete: do that with those that did not change for `retention_days`, their mails and messages.",
        _retention,
    ),
    "retention_days": (
        f"Days without a change until `retention` announces a checkout (default: {RETENTION_DAYS}).",
        _days,
    ),
    "retention_grace_days": (
        f"Days from the announcement until the checkout is anonymised or deleted (default: {GRACE_DAYS}).",
        _grace,
    ),
    "legal_hold": ("on: retention changes nothing in this shop. off (default).", _on_or_off),
}
