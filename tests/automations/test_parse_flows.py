"""Reading flows: what is right is read, what is wrong is told in one line with its place."""

import pytest

from abandoned_checkouts.automations.flow import (
    DEFAULT,
    ApplyDiscount,
    Conditions,
    CreateTask,
    SendEmail,
    SendNotification,
)
from abandoned_checkouts.automations.parse_flows import FlowError, read_flow, read_flows
from abandoned_checkouts.automations.wait import Wait
from abandoned_checkouts.checkouts.moment import HOUR
from abandoned_checkouts.store.search.checkout_fields import checkout_fields

FIELDS = checkout_fields(extended=True)

WHOLE = """
name: Win back
trigger: updated
only_if:
  query: recovery_state:not_recovered
  saved_search: Big carts
  consent: subscribed
  minimum_value: "49.90"
  exclude: ["*@shop.example", Ada@Example.com]
  newer_than_days: 5
steps:
  - wait: 1 hour
  - wait_until: "09:00"
  - send_email:
      subject: {en: "Hello {{ first_name }}", he: שלום}
      message: We kept it.
  - apply_discount: COMEBACK10
  - send_notification: https://shop.example/hook
  - create_task: Call {{ first_name }}
"""


def test_a_flow_with_everything() -> None:
    [source] = read_flows(WHOLE, FIELDS)
    flow = read_flow(source)
    assert flow.name == "Win back" and flow.trigger == "updated"
    assert flow.conditions == Conditions(
        query="recovery_state:not_recovered",
        saved_search="Big carts",
        consent="subscribed",
        minimum_value=499_000,
        exclude=("*@shop.example", "ada@example.com"),
        newer_than_days=5,
    )
    waits = flow.steps[0].waits
    assert waits[0] == Wait(microseconds=HOUR) and waits[1].until is not None
    assert [step.action for step in flow.steps] == [
        SendEmail({"en": "Hello {{ first_name }}", "he": "שלום"}, "We kept it."),
        ApplyDiscount("COMEBACK10"),
        SendNotification("https://shop.example/hook"),
        CreateTask("Call {{ first_name }}"),
    ]


def test_the_default_flow_and_json() -> None:
    assert [step.action.kind for step in read_flow(DEFAULT).steps] == ["send_email", "send_email"]
    assert read_flows('[{"name": "a", "steps": ["send_email"]}]', FIELDS) == [{"name": "a", "steps": ["send_email"]}]
    [norwegian] = read_flows("{name: a, steps: [{send_email: {subject: {no: Hei, en: Hi}}}]}", FIELDS)
    assert norwegian["steps"] == [{"send_email": {"subject": {"no": "Hei", "en": "Hi"}}}]
    # Without quotes YAML reads 9:30 as a number of base 60.
    [found] = read_flows("{name: a, steps: [{wait_until: 9:30}, send_email]}", FIELDS)
    assert str(read_flow(found).steps[0].waits[0].until) == "09:30:00"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "a flow must be a mapping"),
        ("- {", "this is neither YAML nor JSON"),
        ("a: b: c", "line 1: this is neither YAML nor JSON"),
        ("name: a", "steps must be a list"),
        ("{steps: [send_email]}", "name must be a text"),
        ("{name: a, steps: []}", "steps must be a list"),
        ("{name: a, colour: red, steps: [send_email]}", "colour is not known"),
        ("{name: a, trigger: bought, steps: [send_email]}", "trigger is 'bought'; it can be created, abandoned"),
        ("{name: a, steps: [{wait: soon}, send_email]}", "steps[0].wait: 'soon' is not a time to wait"),
        ("{name: a, steps: [{wait: 1 hour}]}", "steps end with a wait"),
        ("{name: a, steps: [{sing: la}]}", "steps[0].sing is not known"),
        ("{name: a, steps: [{wait: 1 hour, send_email: {}}]}", "steps[0] must say one thing"),
        ("{name: a, steps: [{send_email: {subjekt: x}}]}", "steps[0].send_email.subjekt is not known"),
        ("{name: a, steps: [{send_email: {subject: '{{ x'}}]}", "steps[0].send_email.subject: line 1"),
        ("{name: a, steps: [{send_email: {subject: {de: 5}}}]}", "steps[0].send_email.subject.de must be a text"),
        ("{name: a, steps: [{send_email: {template: '<p>'}}]}", "lacks {{ unsubscribe_link }}"),
        ("{name: a, steps: [{send_notification: 'ftp://x'}]}", "steps[0].send_notification.address is 'ftp://x'"),
        ("{name: a, steps: [apply_discount]}", "steps[0].apply_discount must be a mapping"),
        ("{name: a, only_if: {consent: maybe}, steps: [send_email]}", "only_if.consent is 'maybe'"),
        ("{name: a, only_if: {minimum_value: much}, steps: [send_email]}", "only_if.minimum_value: 'much'"),
        ("{name: a, only_if: {exclude: ada}, steps: [send_email]}", "only_if.exclude must be a list of addresses"),
        ("{name: a, only_if: {query: 'totl_price:>100'}, steps: [send_email]}", "only_if.query: totl_price: Invalid"),
        ("{name: a, only_if: {query: 'created_at:>soon'}, steps: [send_email]}", "only_if.query: created_at: "),
        ("[" * 5000, "nested more than 20 levels deep"),
        ('{name: "a\\0", steps: [send_email]}', "name holds a NUL"),
        ("{name: a, steps: [{wait_until: true}, send_email]}", "steps[0].wait_until: 'True' is not a time of day"),
        ("{name: a, steps: [{send_email: {subject: {1: x}}}]}", "send_email.subject: 1 is not a language"),
        ("{name: a, steps: [{send_email: {message: '{{ x|nothing }}'}}]}", "cannot have the filter nothing; there are"),
        ("{name: a, steps: [{send_notification: 'https://[::1'}]}", "address is 'https://[::1'"),
        ("{name: a, steps: [{send_notification: 'https://x:99999/'}]}", "address is 'https://x:99999/'"),
        ("{name: a, only_if: {newer_than_days: 0}, steps: [send_email]}", "only_if.newer_than_days is 0"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(FlowError) as told:
        read_flows(text, FIELDS)
    assert problem in str(told.value), str(told.value)
    assert "\n" not in str(told.value)
