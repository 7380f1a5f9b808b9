"""The settings of a shop. `SETTINGS` declares each once: its text, its default, and how its value is read.

The command `shop set`, the control API, the twin and the forms of the merchant pages are made from this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from abandoned_checkouts.checkouts import setting_values as values
from abandoned_checkouts.checkouts.lifecycle import ATTRIBUTION_DAYS
from abandoned_checkouts.checkouts.mail_languages import DEFAULT_LANGUAGE, MAIL_LANGUAGES
from abandoned_checkouts.checkouts.retention_policy import GRACE_DAYS, RETENTION_DAYS
from abandoned_checkouts.checkouts.setting_values import SettingValue, SettingValueError
from abandoned_checkouts.checkouts.shop import ABANDONED_AFTER_MINUTES, WIX_ABANDONED_AFTER_MINUTES
from abandoned_checkouts.checkouts.translatable import _

# Shopify refuses requests for a shop that has not paid, breaks the terms of use, or sends too many requests; see
# shopify/http/refusals.
SHOP_STATUSES = ("active", "frozen", "forbidden", "locked", "closed")
# Settings that limit what tokens may do, so tokens must not change them.
OWNERS = frozenset({"status", "users"})
OPEN_TRACKING = "open_tracking"
# The setting that is also the shop's name.
SHOP_NAME = "shop_name"
# The number of days for which a recovery link is valid, and of flow mails that a person receives in a week, by default.
LINK_DAYS, MAILS_PER_WEEK = 90, 3

# The forms of the merchant pages; a setting without a form is changed by a command or the control API.
Form = Literal["shop", "mail", "retention", ""]
# How a form shows a setting. `times` are two times of day; `choices` are several of the choices.
Control = Literal["text", "number", "url", "color", "times", "choice", "choices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`read` converts the text of a value, and raises SettingValueError. `default` is the value without the setting, as
    a text. `choices` are the allowed values, each with a text or, for names, without."""

    label: str
    description: str
    read: Callable[[str, str], SettingValue]
    default: str = ""
    default_note: str = ""
    form: Form = ""
    control: Control = "text"
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def help(self) -> str:
        """The description with the choices and the default, for commands and the twin."""
        texts = [f"{value}: {text}" for value, text in self.choices.items() if text]
        default = self.default + (f"; {self.default_note}" if self.default_note else "")
        if default:
            return f"{' '.join([self.description, *texts]).removesuffix('.')} (default: {default})."
        return " ".join([self.description, *texts])


def read_setting(name: str, text: str) -> SettingValue:
    """The value to store. Raises SettingValueError."""
    if name not in SETTINGS:
        message = "%(name)s is not a setting; the settings are %(known)s"
        raise SettingValueError(message, name=repr(name), known=", ".join(SETTINGS))
    return SETTINGS[name].read(name, text.strip())


_ON_OFF = {"on": "", "off": ""}


def _choice(choices: Mapping[str, str]) -> Callable[[str, str], SettingValue]:
    return partial(values.one_of, choices=tuple(choices))


_RETENTION = {
    "keep": _("Never delete abandoned checkouts."),
    "shopify": _("Delete old ones as Shopify does: 90 days old and 30 days unchanged, unless they were bought."),
    "anonymise": _("Remove the buyer from old ones, their mails and messages; amounts and products stay."),
    "delete": _("Delete old ones, their mails and messages."),
}
_LANGUAGES = dict.fromkeys(MAIL_LANGUAGES, "")

SETTINGS: dict[str, Setting] = {
    SHOP_NAME: Setting(
        label=_("Name of the shop"),
        description=_("The name in mails and on recovery pages."),
        read=values.shop_name,
        default_note="made from the shop's domain",
        form="shop",
    ),
    "logo_url": Setting(
        label=_("Logo"),
        description=_("URL of a picture, shown instead of the name in mails and on recovery pages."),
        read=values.web_address,
        form="shop",
        control="url",
    ),
    "accent_color": Setting(
        label=_("Colour"),
        description=_("Colour of buttons on the recovery page and in mails, for example #1f5b4c."),
        read=values.color,
        form="shop",
        control="color",
    ),
    "storefront_url": Setting(
        label=_("Storefront"),
        description=_("URL of the storefront. Recovery links of open checkouts lead there."),
        read=values.web_address,
        default_note="the shop's domain",
        form="shop",
        control="url",
    ),
    "checkout_url": Setting(
        label=_("Page of the checkout"),
        description=_("URL where buyers complete a checkout, for example https://shop.example/cart/{token}."),
        read=values.web_address,
        form="shop",
        control="url",
    ),
    "abandoned_after_minutes": Setting(
        label=_("Minutes until a checkout is abandoned"),
        description=_("Minutes without a purchase, after the buyer entered contact data."),
        read=values.minutes,
        default=str(ABANDONED_AFTER_MINUTES),
        default_note=f"for Wix {WIX_ABANDONED_AFTER_MINUTES}",
        form="shop",
        control="number",
    ),
    "attribution_days": Setting(
        label=_("Days of a recovery"),
        description=_("Days in which a purchase without the recovery link counts as a recovery."),
        read=values.days,
        default=str(ATTRIBUTION_DAYS),
        form="shop",
        control="number",
    ),
    "recovery_link_days": Setting(
        label=_("Days of a recovery link"),
        description=_("Days for which a recovery link is valid after the abandonment."),
        read=values.days,
        default=str(LINK_DAYS),
        form="shop",
        control="number",
    ),
    "mail_sender": Setting(
        label=_("Sender"),
        description=_("Name and address in mails, such as Acme <hello@acme.example>."),
        read=values.sender,
        default_note="ABANDONED_CHECKOUTS_MAIL_FROM, or the shop's address",
        form="mail",
    ),
    "quiet_hours": Setting(
        label=_("Quiet hours"),
        description=_("Time of day in which no mails are sent, in the buyer's time zone, for example 22:00-08:00."),
        read=values.quiet_hours,
        form="mail",
        control="times",
    ),
    "mails_per_week": Setting(
        label=_("Mails per week"),
        description=_("Maximum number of flow mails that one person receives in seven days."),
        read=values.count,
        default=str(MAILS_PER_WEEK),
        form="mail",
        control="number",
    ),
    "languages": Setting(
        label=_("Languages"),
        description=_("Languages of mails and recovery pages."),
        read=values.languages,
        default=" ".join(MAIL_LANGUAGES),
        form="mail",
        control="choices",
        choices=_LANGUAGES,
    ),
    "language": Setting(
        label=_("Language for other buyers"),
        description=_("Language for buyers whose language is not among these."),
        read=_choice(_LANGUAGES),
        default=DEFAULT_LANGUAGE,
        form="mail",
        control="choice",
        choices=_LANGUAGES,
    ),
    OPEN_TRACKING: Setting(
        label=_("Count opened mails"),
        description=_(
            "Mails of flows have an image that counts how often they are opened; privacy proxies of mail programs "
            "inflate the number."
        ),
        read=_choice(_ON_OFF),
        default="off",
        form="mail",
        control="choice",
        choices=_ON_OFF,
    ),
    "retention": Setting(
        label=_("Old checkouts"),
        description=_("What happens to abandoned checkouts that did not change for a long time."),
        read=_choice(_RETENTION),
        default="keep",
        form="retention",
        control="choice",
        choices=_RETENTION,
    ),
    "retention_days": Setting(
        label=_("Days until a checkout is old"),
        description=_("Days without a change until a checkout is announced in the audit log."),
        read=values.days,
        default=str(RETENTION_DAYS),
        form="retention",
        control="number",
    ),
    "retention_grace_days": Setting(
        label=_("Days of grace"),
        description=_("Days from the announcement until the checkout is anonymised or deleted."),
        read=values.days_or_none,
        default=str(GRACE_DAYS),
        form="retention",
        control="number",
    ),
    "legal_hold": Setting(
        label=_("Legal hold"),
        description=_("While it is on, retention changes nothing in this shop."),
        read=_choice(_ON_OFF),
        default="off",
        form="retention",
        control="choice",
        choices=_ON_OFF,
    ),
    "users": Setting(
        label="Users",
        description="Permissions of users, for example 42=manage_abandoned_checkouts+edit_customers. Other users have "
        "all.",
        read=values.users,
    ),
    "status": Setting(
        label="Status",
        description=f"State of the shop, for tests of a client: {', '.join(SHOP_STATUSES)}.",
        read=partial(values.one_of, choices=SHOP_STATUSES),
        default="active",
    ),
    "wix_site_id": Setting(
        label="Wix site id",
        description="Site id of the Wix site whose events arrive here; Wix clients send it too.",
        read=values.guid,
    ),
    "wix_instance_id": Setting(
        label="Wix instance id",
        description="Instance id of your app on the Wix site. An event names the site id or this id.",
        read=values.guid,
    ),
    "wix_public_key": Setting(
        label="Wix public key",
        description="Public key of your Wix app, to verify the site's events.",
        read=values.public_key,
    ),
}
