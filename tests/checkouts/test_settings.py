"""Settings of a shop, read from texts."""

import pytest

from abandoned_checkouts.checkouts.setting_values import SettingValue, SettingValueError
from abandoned_checkouts.checkouts.settings import SETTINGS, Setting, read_setting
from abandoned_checkouts.wix.event_tokens import new_private_key, public_key

PEM = public_key(new_private_key())


def _any(text: str, _: str) -> SettingValue:
    return text


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("storefront_url", " https://shop.example/ ", "https://shop.example/"),
        ("checkout_url", "https://shop.example/cart/{token}", "https://shop.example/cart/{token}"),
        ("accent_color", "#1f5B4c", "#1f5B4c"),
        ("recovery_link_days", "1", 1),
        ("recovery_link_days", "3650", 3650),
        ("attribution_days", " 30 ", 30),
        ("abandoned_after_minutes", "0", 0),
        ("abandoned_after_minutes", "45", 45),
        ("abandoned_after_minutes", "43200", 43200),
        ("abandoned_after_minutes", "000000045", 45),
        ("mails_per_week", "0", 0),
        ("mails_per_week", "1000", 1000),
        ("wix_site_id", "07B12318C5D9419F9C2C9507DB543901", "07b12318-c5d9-419f-9c2c-9507db543901"),
        ("wix_public_key", PEM.replace("\n", " "), PEM),
        ("retention", "keep", "keep"),
        ("retention", "shopify", "shopify"),
        ("status", "active", "active"),
        ("status", "frozen", "frozen"),
        ("users", "42=manage_abandoned_checkouts", {"42": ["manage_abandoned_checkouts"]}),
        (
            "users",
            "42=manage_abandoned_checkouts+edit_customers 43=",
            {"42": ["manage_abandoned_checkouts", "edit_customers"], "43": []},
        ),
        ("users", "", {}),
        ("quiet_hours", "22:00-8:00", "22:00-08:00"),
    ],
)
def test_valid_settings_are_converted(name: str, text: str, value: SettingValue) -> None:
    assert read_setting(name, text) == value


DAYS = "is not a number of days from 1 to 3650"
MINUTES = "is not a number of minutes from 0 to 43200"
MAILS = "is not a whole number from 0 to 1000"
USERS = (
    "is not a list of user ids with permissions; use a form like 42=manage_abandoned_checkouts+edit_customers 43= "
    "(user 43 has no permissions)"
)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("storefront_url", "shop.example", "'shop.example' is not a URL; use a form like https://shop.example/"),
        ("accent_color", "green", "'green' is not a colour; use a form like #1f5b4c"),
        ("accent_color", "#1f5b4c0", "'#1f5b4c0' is not a colour; use a form like #1f5b4c"),
        *(("recovery_link_days", text, f"{text!r} {DAYS}") for text in ("", "0", "3651", "-1", "1.5", "ten", "٣")),
        ("attribution_days", "9" * 30, f"'{'9' * 30}' {DAYS}"),
        *(("abandoned_after_minutes", text, f"{text!r} {MINUTES}") for text in ("", "-1", "ten", "43201", "1.5", "٣")),
        ("abandoned_after_minutes", "9" * 30, f"'{'9' * 30}' {MINUTES}"),
        # Too many digits, so that the value would not be the number that was checked.
        ("abandoned_after_minutes", "0000043201", f"'0000043201' {MINUTES}"),
        *(("mails_per_week", text, f"{text!r} {MAILS}") for text in ("", "-1", "1001", "many")),
        ("retention", "forever", "'forever' is not allowed; use keep, shopify, anonymise or delete"),
        ("status", "open", "'open' is not allowed; use active, frozen, forbidden, locked or closed"),
        *(("users", text, f"{text!r} {USERS}") for text in ("42", "ada=", "٣=", "=edit_customers", "42=everything")),
        ("quiet_hours", "night", "'night' is not a range of times; use a form like 22:00-08:00"),
        ("quiet_hours", "", "'' is not a range of times; use a form like 22:00-08:00"),
        (
            "quiet_hours",
            "8:00-08:00",
            "'8:00-08:00' is the whole day, so no mail could be sent; use a form like 22:00-08:00",
        ),
        ("users", "42=edit_customers=x", f"'42=edit_customers=x' {USERS}"),
    ],
)
def test_invalid_settings_are_refused_with_advice(name: str, text: str, message: str) -> None:
    with pytest.raises(SettingValueError) as error:
        read_setting(name, text)
    assert str(error.value) == f"{name}: {message}"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("wix_site_id", "my site", "is 'my site'; use a GUID such as 07b12318-c5d9-419f-9c2c-9507db543901"),
        (
            "wix_public_key",
            "key",
            r"must be an RSA public key: PEM (line breaks or \n), or base64 of PEM or DER",
        ),
    ],
)
def test_invalid_settings_of_a_wix_site_are_refused(name: str, text: str, message: str) -> None:
    with pytest.raises(SettingValueError) as error:
        read_setting(name, text)
    assert str(error.value) == f"{name} {message}"


def test_an_unknown_setting_lists_the_known_ones() -> None:
    with pytest.raises(SettingValueError) as error:
        read_setting("colour", "red")
    assert str(error.value) == f"'colour' is not a setting; the settings are {', '.join(SETTINGS)}"


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (Setting(label="A", description="What it is.", read=_any), "What it is."),
        (Setting(label="A", description="What it is.", read=_any, default="7"), "What it is (default: 7)."),
        (
            Setting(label="A", description="What it is.", read=_any, default="7", default_note="on Wix 60"),
            "What it is (default: 7; on Wix 60).",
        ),
        (
            Setting(label="A", description="How.", read=_any, choices={"on": "It runs.", "off": "It rests.", "x": ""}),
            "How. on: It runs. off: It rests.",
        ),
        (
            Setting(label="A", description="How.", read=_any, choices={"on": "It runs."}, default="on"),
            "How. on: It runs (default: on).",
        ),
    ],
)
def test_the_help_of_a_setting_names_choices_and_default(setting: Setting, text: str) -> None:
    assert setting.help == text
