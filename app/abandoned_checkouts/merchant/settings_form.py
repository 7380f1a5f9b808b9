"""The forms of settings, made from their declaration in checkouts/settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson
from babel import Locale

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.mail_languages import MAIL_LANGUAGES
from abandoned_checkouts.checkouts.setting_values import SettingValue, SettingValueError
from abandoned_checkouts.checkouts.settings import SETTINGS, SHOP_NAME, Form, Setting, read_setting
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.merchant.site import Form as SubmittedForm
from abandoned_checkouts.merchant.words import Words, _
from abandoned_checkouts.store.tenants.shops import name_of_domain

_SWITCH = {"on": _("On"), "off": _("Off")}
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Field:
    """A setting in a form. `text` is the value that the form shows, `default` the value if it is empty. `choices` are
    value and text. `problem` is why the text was refused; `other` what somebody else has saved meanwhile."""

    name: str
    setting: Setting
    text: str
    default: str
    choices: tuple[tuple[str, str], ...]
    problem: str = ""
    other: str | None = None

    @property
    def chosen(self) -> str:
        return self.text or self.default


def settings_in(form: Form) -> Mapping[str, Setting]:
    return {name: setting for name, setting in SETTINGS.items() if setting.form == form}


def version_of(settings: UntypedJson, form: Form) -> str:
    """Changes when a setting of the form changes."""
    values = [[name, settings.get(name)] for name in settings_in(form)]
    return sha256(orjson.dumps(values)).hexdigest()[:16]


def fields_of(
    words: Words,
    shop: Shop,
    form: Form,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, SettingValueError] | None = None,
    others: Mapping[str, str] | None = None,
) -> list[Field]:
    """The fields of a form: with what was typed, else what the shop has."""
    stored, found = stored_texts(shop, form), []
    for name, setting in settings_in(form).items():
        problem = (problems or {}).get(name)
        found.append(
            Field(
                name,
                setting,
                stored[name] if typed is None else typed[name],
                _default(shop, name, setting),
                tuple((value, _choice_text(words, name, value, text)) for value, text in setting.choices.items()),
                "" if problem is None else words.text(problem.template, **problem.values),
                (others or {}).get(name),
            )
        )
    return found


def stored_texts(shop: Shop, form: Form) -> dict[str, str]:
    """The values of a form's settings as texts; empty without a value."""
    texts = {name: shop.settings.get(name) for name in settings_in(form)}
    return {name: "" if value is None else str(value) for name, value in texts.items()}


def typed_texts(submitted: SubmittedForm, form: Form) -> dict[str, str]:
    """The text that a person entered. It is empty for the default, as it is without the setting."""
    found = {}
    for name, setting in settings_in(form).items():
        if setting.control == "times":
            first, last = (submitted.text(f"{name}_{end}", 20) for end in ("from", "to"))
            text = f"{first}-{last}" if first or last else ""
        elif setting.control == "choices":
            text = " ".join(each for each in setting.choices if each in submitted.all(name))
        else:
            text = submitted.text(name, _LONGEST)
        is_default = setting.control in ("choice", "choices") and text == setting.default
        found[name] = "" if is_default else text
    return found


def read_texts(texts: Mapping[str, str]) -> tuple[dict[str, SettingValue | None], dict[str, SettingValueError]]:
    """The values of texts, and why others are refused. An empty text is None: the default."""
    values: dict[str, SettingValue | None] = {}
    problems = {}
    for name, text in texts.items():
        try:
            values[name] = read_setting(name, text) if text else None
        except SettingValueError as problem:
            problems[name] = problem
    return values, problems


def _default(shop: Shop, name: str, setting: Setting) -> str:
    if name == SHOP_NAME:
        return name_of_domain(shop.domain) if SHOP_NAME in shop.settings else shop.name
    return str(shop.abandoned_after_minutes) if name == "abandoned_after_minutes" else setting.default


def _choice_text(words: Words, name: str, value: str, text: str) -> str:
    if text:
        return words.text(text)
    if value in MAIL_LANGUAGES:
        return Locale(value).get_display_name(words.locale) or value
    return words.text(_SWITCH.get(value, value))
