"""Settings that apply to all flows of a shop, in the form of each flow: quiet hours, and mails for one person in a
week.

They are settings of the shop. The form changes those that somebody edited, and keeps the others.
"""

from dataclasses import dataclass, field

from abandoned_checkouts.access.rules import Action, Data
from abandoned_checkouts.checkouts.setting_values import SettingValue, SettingValueError
from abandoned_checkouts.checkouts.settings import read_setting
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.tenants.change_settings import change_settings

NAMES = ("quiet_hours", "mails_per_week")


@dataclass(frozen=True, slots=True)
class Limits:
    """The texts of the fields, by the names of the settings; what is wrong with them; and the changes to make."""

    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    changes: dict[str, SettingValue | None] = field(default_factory=dict)


def limits_of(visit: Visit) -> Limits:
    """The typed values, else the stored settings."""
    stored = {name: str(visit.shop.settings.get(name, "")) for name in NAMES}
    found = Limits(dict(stored))
    for name in NAMES:
        if name not in visit.form or not visit.may(Data.SETTINGS, Action.WRITE):
            continue
        text = visit.form.text(name, 100)
        found.values[name] = text
        # Somebody else may have changed a setting that this person did not touch.
        if text == visit.form.text(f"was_{name}", 100):
            continue
        try:
            found.changes[name] = read_setting(name, text) if text else None
        except SettingValueError as problem:
            found.problems[name] = visit.words.text(problem.template, **problem.values)
    return found


async def save_limits(visit: Visit, connection: Connection, limits: Limits) -> None:
    if limits.changes:
        await change_settings(connection, visit.shop, limits.changes, visit.now)
