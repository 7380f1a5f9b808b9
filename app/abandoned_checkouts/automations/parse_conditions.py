"""Parses the conditions of a flow (`only_if`) and of its branches (`if`)."""

from datetime import UTC, datetime
from typing import Any, cast

from abandoned_checkouts.automations.cart_conditions import CART_KEYS, CartConditions, parse_cart_conditions
from abandoned_checkouts.automations.comparison import ConditionError
from abandoned_checkouts.automations.flow import CONSENTS, Condition, Conditions, Consent
from abandoned_checkouts.automations.flow_errors import Place, Problems
from abandoned_checkouts.automations.flow_values import mapping_of, one_of, optional_text, shown
from abandoned_checkouts.automations.person_conditions import PERSON_KEYS, PersonConditions, parse_person_conditions
from abandoned_checkouts.checkouts.money import AmountError, parse_amount
from search_syntax import FieldSet, check, contradiction, parse

CONDITION_KEYS = ("query", "saved_search", "cart", "person")
ONLY_IF_KEYS = (*CONDITION_KEYS, "consent", "minimum_value", "exclude", "newer_than_days")


def parse_only_if(source: object, place: Place, fields: FieldSet | None) -> Conditions:
    """The conditions of a flow. With `fields`, a search with a term that would be ignored is an error: the flow would
    send mails to more buyers than intended."""
    mapping, problems = mapping_of({} if source is None else source, place, ONLY_IF_KEYS), Problems()
    condition = problems.read(Condition(), _condition, mapping, place, fields)
    conditions = Conditions(
        query=condition.query,
        saved_search=condition.saved_search,
        consent=cast(
            Consent,
            problems.read("not_refused", one_of, mapping.get("consent", "not_refused"), place / "consent", CONSENTS),
        ),
        minimum_value=problems.read(None, _amount, mapping.get("minimum_value"), place / "minimum_value"),
        exclude=problems.read((), _exclude, mapping.get("exclude"), place / "exclude"),
        newer_than_days=problems.read(2, _days, mapping.get("newer_than_days", 2), place / "newer_than_days"),
        cart=condition.cart,
        person=condition.person,
    )
    problems.check()
    return conditions


def parse_condition(source: object, place: Place, fields: FieldSet | None) -> Condition:
    """The condition of a branch: a mapping with at least one key."""
    mapping = mapping_of(source, place, CONDITION_KEYS)
    condition = _condition(mapping, place, fields)
    if condition == Condition():
        raise place.error(f" must have a condition; use {', '.join(CONDITION_KEYS)}")
    return condition


def _condition(mapping: dict[str, object], place: Place, fields: FieldSet | None) -> Condition:
    problems = Problems()
    condition = Condition(
        query=problems.read(None, _query, mapping.get("query"), place / "query", fields),
        saved_search=problems.read(None, optional_text, mapping.get("saved_search"), place / "saved_search"),
        cart=problems.read(CartConditions(), _cart, mapping.get("cart"), place / "cart"),
        person=problems.read(PersonConditions(), _person, mapping.get("person"), place / "person"),
    )
    problems.check()
    return condition


def _query(value: object, place: Place, fields: FieldSet | None) -> str | None:
    query = optional_text(value, place)
    if query is not None and fields is not None:
        meaning = check(parse(query), fields, zone=UTC, now=datetime(2026, 1, 1, tzinfo=UTC))
        for warning in meaning.warnings:
            hint = f" Did you mean {warning.suggestion}?" if warning.suggestion else ""
            raise place.error(f": {warning.field}: {warning.message}{hint}")
        name = contradiction(meaning, fields)
        if name is not None:
            raise place.error(f" can match nothing: its terms about {name} exclude each other; remove one of them")
    return query


def _cart(source: object, place: Place) -> CartConditions:
    mapping = mapping_of({} if source is None else source, place, CART_KEYS)
    try:
        return parse_cart_conditions(mapping)
    except ConditionError as problem:
        raise _inside(place, problem.name).error(problem.problem) from None


def _person(source: object, place: Place) -> PersonConditions:
    mapping = mapping_of({} if source is None else source, place, PERSON_KEYS)
    try:
        return parse_person_conditions(mapping)
    except ConditionError as problem:
        raise _inside(place, problem.name).error(problem.problem) from None


def _inside(place: Place, name: str) -> Place:
    """The place of a name such as products[0].titel."""
    for part in name.replace("[", ".").replace("]", "").split("."):
        place = place / (int(part) if part.isdigit() else part)
    return place


def _amount(value: Any, place: Place) -> int | None:
    try:
        return None if value is None else parse_amount(value)
    except AmountError as problem:
        raise place.error(f": {problem}") from None


def _exclude(value: object, place: Place) -> tuple[str, ...]:
    listed = value or []
    if not isinstance(listed, list) or not all(isinstance(item, str) and "@" in item for item in listed):
        raise place.error(" must be a list of addresses, such as ada@example.com or '*@example.com'")
    return tuple(item.strip().lower() for item in listed)


def _days(value: object, place: Place) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 366:
        raise place.error(f" is {shown(value)}; it must be a whole number from 1 to 366")
    return value
