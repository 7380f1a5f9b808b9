"""What a shop's people may set, each with what it can be; `SETTINGS` is the one list of names."""

import re
from collections.abc import Callable

from abandoned_checkouts.checkouts.shop import ABANDONED_AFTER_MINUTES, WIX_ABANDONED_AFTER_MINUTES
from abandoned_checkouts.checkouts.shop_addresses import AddressError, check_address

SettingValue = str | int | dict[str, list[str]]

# Permissions of users that this server asks for.
USER_PERMISSIONS = ("manage_abandoned_checkouts", "edit_customers")
# As Shopify answers for shops that do not pay, break its rules, or overload it; see shopify/http/refusals.
SHOP_STATUSES = ("active", "frozen", "forbidden", "locked")

# Settings that decide what tokens may do, so that no token may change them.
OWNERS = frozenset({"status", "users"})
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


class SettingValueError(ValueError):
    """A value that a setting cannot have; the message says what it can be."""


def read_setting(name: str, text: str) -> SettingValue:
    """The value to store. Raises SettingValueError."""
    if name not in SETTINGS:
        raise SettingValueError(f"there is no setting {name!r}; there are {', '.join(SETTINGS)}")
    return SETTINGS[name][1](name, text.strip())


def _address(name: str, text: str) -> str:
    try:
        return check_address(name, text)
    except AddressError as problem:
        raise SettingValueError(str(problem)) from None


def _color(name: str, text: str) -> str:
    if not _COLOR.fullmatch(text):
        raise SettingValueError(f"{name} is {text!r}; give a colour such as #1f5b4c")
    return text


def _days(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 3650):
        raise SettingValueError(f"{name} is {text!r}; give a number of days from 1 to 3650")
    return int(text)


def _minutes(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= 60 * 24 * 30):
        raise SettingValueError(f"{name} is {text!r}; give a number of minutes from 0 to 43200")
    return int(text)


def _retention(name: str, text: str) -> str:
    if text not in ("keep", "shopify"):
        raise SettingValueError(f"{name} is {text!r}; it can be keep or shopify")
    return text


def _users(name: str, text: str) -> dict[str, list[str]]:
    """`42=manage_abandoned_checkouts+edit_customers 43=` → permissions by the id of the user."""
    users: dict[str, list[str]] = {}
    for part in text.split():
        number, equals, permissions = part.partition("=")
        names = [each for each in permissions.split("+") if each]
        if not (equals and number.isascii() and number.isdigit() and set(names) <= set(USER_PERMISSIONS)):
            raise SettingValueError(
                f"{name} is {text!r}; give users with their permissions, such as "
                f"42={'+'.join(USER_PERMISSIONS)} 43= (a user without permissions)"
            )
        users[number] = names
    return users


def _status(name: str, text: str) -> str:
    if text not in SHOP_STATUSES:
        raise SettingValueError(f"{name} is {text!r}; it can be {', '.join(SHOP_STATUSES)}")
    return text


# What each means, and how its text is read.
SETTINGS: dict[str, tuple[str, Callable[[str, str], SettingValue]]] = {
    "storefront_url": (
        "Where the shop's pages begin, if not at its domain at myshopify.com; links followed too early lead there.",
        _address,
    ),
    "checkout_url": ("Where a recovered buyer completes the checkout, as https://shop.example/cart/{token}.", _address),
    "accent_color": ("Colour of the buttons on the recovery page and in mails.", _color),
    "recovery_link_days": ("Days after the abandonment for which a recovery link opens the cart (90).", _days),
    "abandoned_after_minutes": (
        "Minutes without a purchase, from the contact on, after which a checkout is abandoned "
        f"({ABANDONED_AFTER_MINUTES}; for Wix {WIX_ABANDONED_AFTER_MINUTES}).",
        _minutes,
    ),
    "attribution_days": ("Days in which a purchase counts as a recovery without the link (30).", _days),
    "users": (
        "Permissions of users, as 42=manage_abandoned_checkouts+edit_customers; a user who is not named has all.",
        _users,
    ),
    "status": (
        "active, frozen, forbidden or locked: how the Admin API answers, to rehearse an unavailable shop (active).",
        _status,
    ),
    "retention": ("keep, or shopify: remove old abandoned checkouts as Shopify does.", _retention),
}
