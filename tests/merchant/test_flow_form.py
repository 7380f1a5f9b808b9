"""The form of common flows and the definition of a form are inverse to each other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.automations.flow import DEFAULT
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.merchant.flow_form import (
    FLOW_FIELDS,
    STEP_FIELDS,
    FlowForm,
    StepForm,
    definition_of,
    field_of,
    form_in,
    form_of,
)

TEXTS = st.text("ab é{}%:,'\"\n", max_size=12).map(str.strip)
WORDS = st.text("abcxyz", min_size=1, max_size=8)
NUMBERS = st.integers(1, 300).map(str)
DISCOUNTS = st.one_of(st.just(("", "")), st.tuples(st.sampled_from(("code", "list")), WORDS))


@st.composite
def steps(draw: st.DrawFn) -> StepForm:
    kind = draw(st.sampled_from(("send_email", "create_task", "send_notification")))
    discount_kind, discount = draw(DISCOUNTS) if kind == "send_email" else ("", "")
    wait = draw(st.just("") | NUMBERS)
    return StepForm(
        kind=kind,
        wait=wait,
        unit=draw(st.sampled_from(("minute", "hour", "day"))) if wait else "hour",
        until=draw(st.sampled_from(("", "09:00", "weekday 18:30"))),
        least=draw(st.just("") | NUMBERS),
        query=draw(st.just("") | WORDS),
        subject=draw(st.just("") | WORDS) if kind == "send_email" else "",
        title=draw(WORDS) if kind == "create_task" else "",
        address="https://shop.example/hook" if kind == "send_notification" else "",
        discount_kind=discount_kind,
        discount=discount,
    )


FORMS = st.builds(
    FlowForm,
    name=WORDS,
    trigger=st.sampled_from(("abandoned", "created", "updated")),
    consent=st.sampled_from(("not_refused", "subscribed")),
    orders=st.sampled_from(("", "new", "returning")),
    minimum_value=st.just("") | NUMBERS,
    newer_than_days=st.integers(1, 30).map(str),
    query=st.just("") | WORDS,
    exclude=st.lists(WORDS.map(lambda word: f"{word}@x.example"), max_size=2).map("\n".join),
    steps=st.lists(steps(), min_size=1, max_size=4).map(tuple),
)


@given(FORMS)
def test_the_form_of_a_definition_is_the_form_that_made_it(form: FlowForm) -> None:
    definition, _places = definition_of(form)
    parse_flow(definition)
    assert form_of(definition) == form


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(STEP_FIELDS, TEXTS)), max_size=3), TEXTS)
def test_whatever_is_typed_makes_a_definition(typed: list[dict[str, str]], text: str) -> None:
    values = dict.fromkeys(FLOW_FIELDS, text)
    for number, step in enumerate(typed):
        values |= {f"{name}-{number}": value for name, value in step.items()}
    form = form_in(values)
    assert len(form.steps) == len(typed)
    definition, places = definition_of(form)
    assert isinstance(definition["steps"], list) and set(places.values()) <= {*values, "kind"} | set(places.values())


@pytest.mark.parametrize(
    "definition",
    [
        {"name": "A", "steps": [{"if": {"query": "a"}, "then": [{"send_email": {}}], "else": [{"wait": "1 day"}]}]},
        {"name": "A", "steps": [{"send_email": {"subject": {"en": "Hi"}}}]},
        {"name": "A", "steps": [{"wait": "1 day"}, {"wait": "1 hour"}, {"send_email": {}}]},
        {"name": "A", "steps": [{"wait_until": {"at": "09:00", "zone": "buyer"}}, {"send_email": {}}]},
        {"name": "A", "only_if": {"saved_search": "Big"}, "steps": [{"send_email": {}}]},
        {"name": "A", "steps": [{"apply_discount": {"code": "X", "again_after_days": 0}}, {"send_email": {}}]},
        {"name": "A", "steps": [{"apply_discount": "X"}, {"create_task": "Call"}]},
        {"name": "A", "steps": [{"apply_discount": "X"}]},
        {"name": "A", "only_if": {"cart": {"items": 2}}, "steps": ["send_email"]},
        {"name": "A", "steps": "nonsense"},
        {"name": "A"},
        [],
    ],
    ids=str,
)
def test_a_flow_with_more_than_the_form_has_no_form(definition: Any) -> None:
    assert form_of(definition) is None


def test_short_ways_of_writing_have_a_form() -> None:
    form = form_of({**DEFAULT, "steps": ["send_email", {"create_task": "Call"}, {"apply_discount": "X"}, "send_email"]})
    assert form is not None and [step.kind for step in form.steps] == ["send_email", "create_task", "send_email"]
    assert (form.steps[2].discount_kind, form.steps[2].discount) == ("code", "X")


def test_the_field_of_a_path() -> None:
    step = StepForm(wait="x", query="a", discount_kind="code", discount="X", subject="Hi")
    definition, places = definition_of(FlowForm(name="A", steps=(step,)))
    assert definition["steps"] == [
        {"wait": "x hours"},
        {"if": {"query": "a"}, "then": [{"apply_discount": {"code": "X"}}, {"send_email": {"subject": "Hi"}}]},
    ]
    assert field_of(("steps", 0, "wait"), places) == "wait-0"
    assert field_of(("steps", 1, "if", "query"), places) == "query-0"
    assert field_of(("steps", 1, "then", 0, "apply_discount", "code"), places) == "discount-0"
    assert field_of(("steps", 1, "then", 1, "send_email", "subject"), places) == "subject-0"
    assert field_of(("only_if", "exclude"), places) == "exclude" and field_of(("steps",), places) == ""
