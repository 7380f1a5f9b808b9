"""Settings: declared once, read from the environment, listed in docs/settings.md."""

from dataclasses import fields

import pytest
from uvicorn.config import LOG_LEVELS

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.config import SettingError, Settings, settings_from
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS


def test_defaults_and_environment() -> None:
    assert settings_from({}) == Settings()
    found = settings_from({"ABANDONED_CHECKOUTS_PORT": "9000", "ABANDONED_CHECKOUTS_THROTTLE": "no", "OTHER": "x"})
    assert (found.port, found.throttle, found.host) == (9000, False, "127.0.0.1")
    assert settings_from({"ABANDONED_CHECKOUTS_PORT": " "}).port == 8000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "many"),
        ("THROTTLE", "perhaps"),
        ("PLAN", "gold"),
        ("EXECUTOR", "fast"),
        ("LOG_LEVEL", "loud"),
        ("PORT", "70000"),
        ("WORKERS", "0"),
        ("ERASURE_DELAY_MINUTES", "-5"),
    ],
)
def test_an_invalid_value_is_reported_with_its_variable(name: str, text: str) -> None:
    with pytest.raises(SettingError, match=f"ABANDONED_CHECKOUTS_{name} is '{text}'"):
        settings_from({f"ABANDONED_CHECKOUTS_{name}": text})


@pytest.mark.parametrize(
    ("name", "text"), [("PUBLIC_URL", "checkouts.example"), ("SMTP_URL", "user:secret@mail.example:25")]
)
def test_an_address_needs_its_scheme(name: str, text: str) -> None:
    with pytest.raises(SettingError, match=f"ABANDONED_CHECKOUTS_{name} must start with ") as refused:
        settings_from({f"ABANDONED_CHECKOUTS_{name}": text})
    assert "secret" not in str(refused.value)


def test_every_listed_plan_and_log_level_exists() -> None:
    choices = {item.name: item.metadata["choices"] for item in fields(Settings)}
    assert set(choices["plan"]) == set(PLANS)
    assert set(choices["log_level"]) <= set(LOG_LEVELS)
    assert settings_from({"ABANDONED_CHECKOUTS_LOG_LEVEL": "DEBUG"}).log_level == "debug"


@pytest.mark.parametrize(
    ("settings", "reach"),
    [
        (Settings(), Reach.PUBLIC),
        (Settings(twin=True), Reach.THIS_MACHINE),
        (Settings(twin=True, host="0.0.0.0"), Reach.PUBLIC),
        (Settings(twin=True, host="0.0.0.0", expose_demo=True), Reach.PUBLIC),
        (Settings(twin=True, public_url="https://twin.example"), Reach.PUBLIC),
        (Settings(allow_private_targets=True), Reach.PRIVATE),
        (Settings(twin=True, allow_private_targets=True), Reach.PRIVATE),
    ],
)
def test_only_a_twin_that_others_cannot_reach_sends_to_this_machine(settings: Settings, reach: Reach) -> None:
    assert settings.reach is reach
