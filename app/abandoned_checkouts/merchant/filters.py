"""The filters of the list: each writes a term into the search text, and is read from it again.

A person can click filters or edit the text; both show the same search. Terms that no filter would write stay as they
are. Pure.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from abandoned_checkouts.merchant.words import _
from search_syntax import parse
from search_syntax.tree import And, Comparison, Or, Phrase, Prefix, Term

# Connectives that a removed term leaves behind.
_CONNECTIVES = re.compile(r"^\s*AND\s+|\s+AND\s*$|(?<=\sAND)\s+AND(?=\s)", re.IGNORECASE)

# A term of a filter, with the name of the choice in a form and its text.
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of terms. `name` is that of the form's field; `choices` has a term and a text for each value."""

    name: str
    label: str
    choices: Sequence[Choice]


STATE = Filter(
    "state",
    _("State"),
    (
        ("recovery_state:not_recovered", _("Not recovered")),
        ("recovery_state:recovered", _("Recovered")),
        ("status:open", _("Open (not closed)")),
        ("status:closed", _("Closed")),
    ),
)
MAIL = Filter(
    "mail",
    _("Reminder"),
    (
        ("email_state:not_sent", _("Not sent")),
        ("email_state:sent", _("Sent")),
        ("email_state:scheduled", _("Scheduled")),
        ("email_state:suppressed", _("Suppressed")),
    ),
)
CONSENT = Filter(
    "consent",
    _("Marketing consent"),
    (("accepts_marketing:true", _("Given at checkout")), ("accepts_marketing:false", _("Not given at checkout"))),
)
SELECTS = (STATE, MAIL, CONSENT)
PERIODS = (
    ("today", _("Today")),
    ("yesterday", _("Yesterday")),
    ("last_week", _("Last week")),
    ("last_7", _("Last 7 days")),
    ("last_30", _("Last 30 days")),
    ("last_month", _("Last month")),
)
# Fields of the form whose value is written after the name of a search field.
_AMOUNTS = {"least": ("total_price", ">="), "most": ("total_price", "<=")}
_TEXTS = {"country": "country", "product": "product_title"}
# A comparison with a day is one with its beginning, so the last day is written as "before the next day".
_DAYS = {"from": ("created_at", ">="), "to": ("created_at", "<")}
_COMPARED = {**_AMOUNTS, **_DAYS}
NAMES = (*(each.name for each in SELECTS), "period", *_COMPARED, *_TEXTS)


def choices_in(text: str) -> dict[str, str]:
    """The values of the filters in a search text, by the names of the form's fields."""
    return _read(text)[0]


def with_choices(text: str, chosen: Mapping[str, str], today: date) -> str:
    """The search text with its filters replaced by these values. `today` is the day in the shop's zone.

    A filter that is missing or empty is left out; a chosen period replaces the days.
    """
    terms = []
    for each in SELECTS:
        if chosen.get(each.name) in dict(each.choices):
            terms.append(chosen[each.name])
    days = period_days(chosen.get("period", ""), today)
    values = dict(chosen) if days is None else {**chosen, "from": days[0].isoformat(), "to": days[1].isoformat()}
    for name, (field, sign) in _COMPARED.items():
        value = values.get(name, "").strip()
        if value:
            terms.append(f"{field}:{sign}{_quoted(_shifted(value, 1) if name == 'to' else value)}")
    for name, field in _TEXTS.items():
        value = values.get(name, "").strip()
        if value:
            terms.append(f"{field}:{_quoted(value)}")
    rest = _read(text)[1]
    if not terms and rest != text.strip() and _is_enclosed(rest) and rest[1:-1] == text.strip():
        # Nothing is joined with it, so it needs no parentheses.
        rest = text.strip()
    return " ".join(part for part in (*terms, rest) if part)


def period_days(period: str, today: date) -> tuple[date, date] | None:
    """The first and last day of a period; None for another name. A week begins on Monday (ISO 8601)."""
    monday = today - timedelta(days=today.weekday())
    day = timedelta(days=1)
    periods = {
        "today": (today, today),
        "yesterday": (today - day, today - day),
        "last_week": (monday - 7 * day, monday - day),
        "last_7": (today - 6 * day, today),
        "last_30": (today - 29 * day, today),
        "last_month": ((today.replace(day=1) - day).replace(day=1), today.replace(day=1) - day),
    }
    return periods.get(period)


def period_in(choices: Mapping[str, str], today: date) -> str:
    """The period whose days are chosen; empty without one."""
    days = (choices.get("from"), choices.get("to"))
    for name, _text in PERIODS:
        found = period_days(name, today)
        if found is not None and days == (found[0].isoformat(), found[1].isoformat()):
            return name
    return ""


def _read(text: str) -> tuple[dict[str, str], str]:
    """The values of the filters, and the rest of the text, which can be joined with other terms."""
    tree = parse(text).tree
    parts = tree.operands if isinstance(tree, And) else [tree]
    choices: dict[str, str] = {}
    rest, kept_from = "", 0
    for part in parts:
        name, value = _filter_of(part, text[part.start : part.end])
        if not name or name in choices or text[: part.start].endswith("("):
            continue
        choices[name] = value
        rest += text[kept_from : part.start]
        kept_from = part.end
    rest = (rest + text[kept_from:]).strip()
    if choices:
        rest = " ".join(_CONNECTIVES.sub(" ", rest).split()) if '"' not in rest else rest
    if isinstance(parse(rest).tree, Or) and not _is_enclosed(rest):
        rest = f"({rest})"
    return choices, rest


def _is_enclosed(text: str) -> bool:
    """Whether one pair of parentheses encloses the whole text."""
    depth, quote = 0, ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth == 0:
                return place == len(text) - 1
    return False


def _filter_of(part: object, source: str) -> tuple[str, str]:
    """The form's field and value of a term; empty if no filter would write it."""
    if isinstance(part, Comparison):
        for name, compared in _COMPARED.items():
            if (part.field, part.operator) == compared:
                if name in _DAYS and _shifted(part.value, 1) == part.value:
                    # A time of day: a filter has whole days.
                    return "", ""
                return name, _shifted(part.value, -1) if name == "to" else part.value
    if isinstance(part, Term | Phrase | Prefix):
        for each in SELECTS:
            if source in dict(each.choices):
                return each.name, source
        for name, field in _TEXTS.items():
            if part.field == field and not isinstance(part, Prefix):
                return name, part.value
    return "", ""


def _shifted(day: str, days: int) -> str:
    """The day before or after one such as 2026-11-30; another text stays."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return day


def _quoted(value: str) -> str:
    """The value as one value of the search language."""
    if value and all(character.isalnum() or character in "-._" for character in value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
