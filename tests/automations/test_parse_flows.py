"""Parsing flows: valid flows are accepted, and each error is one line with the path of the value."""

import re
from collections.abc import Callable

import pytest

from abandoned_checkouts.automations.flow import (
    DEFAULT,
    ApplyDiscount,
    Branch,
    Conditions,
    CreateTask,
    OnlyWait,
    SendEmail,
    SendNotification,
    Step,
)
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flow, parse_flows
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
    [source] = parse_flows(WHOLE, FIELDS)
    flow = parse_flow(source)
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
    assert [step.action.kind for step in parse_flow(DEFAULT).steps] == ["send_email", "send_email"]
    assert parse_flows('[{"name": "a", "steps": ["send_email"]}]', FIELDS) == [{"name": "a", "steps": ["send_email"]}]
    with pytest.raises(FlowError, match=r"subject\.no is for a language that mails are not in"):
        parse_flows("{name: a, steps: [{send_email: {subject: {no: Hei, en: Hi}}}]}", FIELDS)
    # YAML parses 9:30 without quotes as a number in base 60.
    [found] = parse_flows("{name: a, steps: [{wait_until: 9:30}, send_email]}", FIELDS)
    assert str(parse_flow(found).steps[0].waits[0].until) == "09:30:00"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "a flow must be a mapping"),
        ("- {", "not valid YAML or JSON"),
        ("a: b: c", "line 1, column 5: not valid YAML or JSON"),
        ("name: a", "steps must be a list"),
        ("{steps: [send_email]}", "name must be a text"),
        ("{name: a, steps: []}", "steps must be a list"),
        ("{name: a, colour: red, steps: [send_email]}", "colour is unknown"),
        ("{name: a, trigger: bought, steps: [send_email]}", "trigger is 'bought'; it must be one of created, abandon"),
        ("{name: a, steps: [{wait: soon}, send_email]}", "steps[0].wait: 'soon' is not a duration"),
        ("{name: a, steps: [{wait: 1 hour}]}", "steps must not end with a wait"),
        ("{name: a, steps: [{sing: la}]}", "steps[0].sing is unknown"),
        ("{name: a, steps: [{wait: 1 hour, send_email: {}}]}", "steps[0] must have exactly one of the keys wait, "),
        ("{name: a, steps: [{send_email: {subjekt: x}}]}", "steps[0].send_email.subjekt is unknown"),
        ("{name: a, steps: [{send_email: {subject: '{{ x'}}]}", "steps[0].send_email.subject: line 1"),
        ("{name: a, steps: [{send_email: {subject: {de: 5}}}]}", "steps[0].send_email.subject.de must be a text"),
        ("{name: a, steps: [{send_email: {template: '<p>'}}]}", "must contain {{ unsubscribe_link }}"),
        ("{name: a, steps: [{send_notification: 'ftp://x'}]}", "steps[0].send_notification.address is 'ftp://x'"),
        ("{name: a, steps: [apply_discount]}", "steps[0].apply_discount must be a mapping"),
        ("{name: a, only_if: {consent: maybe}, steps: [send_email]}", "only_if.consent is 'maybe'"),
        ("{name: a, only_if: {minimum_value: much}, steps: [send_email]}", "only_if.minimum_value: 'much'"),
        ("{name: a, only_if: {exclude: ada}, steps: [send_email]}", "only_if.exclude must be a list of addresses"),
        ("{name: a, only_if: {query: 'totl_price:>100'}, steps: [send_email]}", "only_if.query: totl_price: Invalid"),
        (
            "{name: a, only_if: {query: 'total_price:>100 total_price:<50'}, steps: [send_email]}",
            "only_if.query can match nothing: its terms about total_price exclude each other; remove one of them",
        ),
        ("{name: a, only_if: {query: 'created_at:>soon'}, steps: [send_email]}", "only_if.query: created_at: "),
        ("[" * 5000, "nested more than 20 levels deep"),
        ('{name: "a\\0", steps: [send_email]}', "name contains a NUL character"),
        ("{name: a, steps: [{wait_until: true}, send_email]}", "steps[0].wait_until: 'True' is not a time of day"),
        ("{name: a, steps: [{send_email: {subject: {1: x}}}]}", "send_email.subject: 1 is not a language"),
        ("{name: a, steps: [{send_email: {message: '{{ x|nothing }}'}}]}", "cannot contain the filter nothing; use "),
        ("{name: a, steps: [{send_notification: 'https://[::1'}]}", "address is 'https://[::1'"),
        ("{name: a, steps: [{send_notification: 'https://x:99999/'}]}", "address is 'https://x:99999/'"),
        ("{name: a, only_if: {newer_than_days: 0}, steps: [send_email]}", "only_if.newer_than_days is 0"),
    ],
)
def test_an_error_is_one_line(text: str, problem: str) -> None:
    with pytest.raises(FlowError) as error:
        parse_flows(text, FIELDS)
    assert problem in str(error.value), str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{name: a, only_if: [x], steps: [send_email]}", "only_if must be a mapping of names to values, not list"),
        ("{name: a, only_if: {colour: x}, steps: [send_email]}", "only_if.colour "),
        ("{name: a, only_if: {query: 5}, steps: [send_email]}", "only_if.query "),
        ("{name: a, only_if: {saved_search: 5}, steps: [send_email]}", "only_if.saved_search "),
        ("{name: a, steps: [5]}", "steps[0] must be a mapping"),
        ("{name: a, steps: [send_email, {send_email: 5}]}", "steps[1].send_email must be a mapping"),
        ("{name: a, steps: [{send_email: {subject: 5}}]}", "steps[0].send_email.subject "),
        ("{name: a, steps: [{send_email: {subject: {de: '{{ x'}}}]}", "steps[0].send_email.subject"),
        ("{name: a, steps: [{send_email: {button: 5}}]}", "steps[0].send_email.button "),
        ("{name: a, steps: [{send_email: {template: 5}}]}", "steps[0].send_email.template "),
        ("{name: a, steps: [{send_email: {template: '{{ unsubscribe_link'}}]}", "steps[0].send_email.template: "),
        ("{name: a, steps: [{send_notification: 5}]}", "steps[0].send_notification must be a mapping"),
        ("{name: a, steps: [{send_notification: {}}]}", "steps[0].send_notification.address "),
        ("{name: a, steps: [{send_notification: {to: x}}]}", "steps[0].send_notification.to "),
        ("{name: a, steps: [{create_task: 5}]}", "steps[0].create_task must be a mapping"),
        ("{name: a, steps: [{create_task: {}}]}", "steps[0].create_task.title "),
        ("{name: a, steps: [{create_task: {text: x}}]}", "steps[0].create_task.text "),
        ("{name: a, steps: [{create_task: '{{ x'}]}", "steps[0].create_task.title: "),
        ("{name: a, steps: [{apply_discount: 5}]}", "steps[0].apply_discount must be a mapping"),
        (
            "{name: a, steps: [{apply_discount: {}}]}",
            "steps[0].apply_discount must have exactly one of the keys code",
        ),
        ("{name: a, steps: [{apply_discount: {kode: x}}]}", "steps[0].apply_discount.kode "),
        ("{name: a, steps: []}", "steps must be a list"),
        ("{name: a, steps: [{wait: 1 hour}]}", "steps[0] is a wait without an end: steps must not end with a wait"),
        ("{name: a, only_if: {exclude: ada}, steps: [send_email]}", "only_if.exclude must be a list"),
        ("{name: a, color: x, steps: [send_email]}", "color "),
    ],
)
def test_an_error_starts_with_the_path(text: str, place: str) -> None:
    with pytest.raises(FlowError) as error:
        parse_flows(text, FIELDS)
    assert re.match(rf"line 1, column \d+: {re.escape(place)}", str(error.value)), str(error.value)


@pytest.mark.parametrize(
    ("name", "shown"), [("x" * 60, "x" * 60 + " is"), ("x" * 61, "x" * 60 + "… is"), ("x" * 500, "x" * 60 + "… is")]
)
def test_an_unknown_name_is_cut_after_60_characters(name: str, shown: str) -> None:
    with pytest.raises(FlowError) as error:
        parse_flow({"name": "a", "steps": ["send_email"], name: 1})
    assert str(error.value).startswith(f"{shown} unknown;")


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("{name: a, colour: x, steps: [send_email]}", "name, trigger, only_if, holdout, steps"),
        ("{name: a, only_if: {consent: maybe}, steps: [send_email]}", "not_refused, subscribed"),
        ("{name: a, trigger: bought, steps: [send_email]}", "created, abandoned, updated"),
        ("{name: a, steps: [{}]}", "wait, wait_until, send_email, send_notification, create_task, apply_discount"),
        (
            "{name: a, steps: [sing]}",
            "wait, wait_until, send_email, send_notification, create_task, apply_discount",
        ),
        ("{name: a, steps: [{send_email: {x: y}}]}", "subject, message, button, template"),
    ],
)
def test_an_error_lists_the_choices(text: str, choices: str) -> None:
    with pytest.raises(FlowError) as error:
        parse_flows(text, FIELDS)
    assert choices in str(error.value)


def test_an_error_has_the_reason_of_the_yaml_parser() -> None:
    with pytest.raises(FlowError, match=r"^line 2, column 5: .*: a colon is not allowed here"):
        parse_flows("name: a\nb: c: d", FIELDS)
    with pytest.raises(FlowError, match=r"^line 1, column 7: not valid .*: a control character is not allowed"):
        parse_flows("name: \x01", FIELDS)


def step(source: object) -> Step:
    return parse_flow({"name": "a", "steps": [source]}).steps[0]


def conditions(**source: object) -> Conditions:
    return parse_flow({"name": "a", "only_if": source, "steps": ["send_email"]}).conditions


@pytest.mark.parametrize(
    ("parse", "longest"),
    [
        (lambda text: parse_flow({"name": text, "steps": ["send_email"]}), 100),
        (lambda text: step({"create_task": text}), 500),
        (lambda text: step({"apply_discount": text}), 255),
        (lambda text: step({"send_email": {"message": text}}), 100_000),
        (lambda text: conditions(query=text), 100_000),
    ],
    ids=["name", "task", "discount", "mail", "query"],
)
def test_a_text_has_a_maximum_length(parse: Callable[[str], object], longest: int) -> None:
    parse("x" * longest)
    with pytest.raises(FlowError, match=f"{longest:,}"):
        parse("x" * (longest + 1))


def test_a_flow_has_at_most_twenty_actions() -> None:
    assert len(parse_flow({"name": "a", "steps": ["send_email"] * 20}).steps) == 20
    with pytest.raises(FlowError, match="21 actions; the maximum is 20"):
        parse_flow({"name": "a", "steps": ["send_email"] * 21})


def test_conditions_have_defaults() -> None:
    assert conditions() == Conditions()
    assert conditions().newer_than_days == 2 and conditions().consent == "not_refused"


@pytest.mark.parametrize("days", [1, 366])
def test_newer_than_days_is_from_1_to_366(days: int) -> None:
    assert conditions(newer_than_days=days).newer_than_days == days


@pytest.mark.parametrize("days", [0, 367, True, 1.5, "2", None])
def test_another_number_of_days_is_rejected(days: object) -> None:
    with pytest.raises(FlowError, match=r"only_if\.newer_than_days"):
        conditions(newer_than_days=days)


@pytest.mark.parametrize("excluded", ["a@b", {"a@b": 1}, ["ada"], [5], ["a@b", "ada"], [["@"]]])
def test_exclude_must_be_a_list_of_addresses(excluded: object) -> None:
    with pytest.raises(FlowError, match=r"only_if\.exclude"):
        conditions(exclude=excluded)


def test_every_text_of_a_mail_is_parsed() -> None:
    texts = {"subject": "s", "message": "m", "button": {"en": "b"}, "template": "<a href='{{ unsubscribe_link }}'>"}
    assert step({"send_email": texts}).action == SendEmail("s", "m", {"en": "b"}, "<a href='{{ unsubscribe_link }}'>")


@pytest.mark.parametrize(
    ("source", "action"),
    [
        ({"send_notification": {"address": "https://x.example/"}}, SendNotification("https://x.example/")),
        ({"create_task": {"title": "Call"}}, CreateTask("Call")),
        ({"apply_discount": {"code": "TEN"}}, ApplyDiscount("TEN")),
    ],
)
def test_an_action_can_be_a_mapping(source: object, action: object) -> None:
    assert step(source).action == action


def test_a_time_of_day_in_the_afternoon_without_quotes() -> None:
    [found] = parse_flows("{name: a, steps: [{wait_until: 23:59}, send_email]}", FIELDS)
    assert str(parse_flow(found).steps[0].waits[0].until) == "23:59:00"


@pytest.mark.parametrize(
    ("holdout", "problem"),
    [
        ("100%", "holdout: '100%' leaves nobody to write to; write a smaller share, such as 10%"),
        ("0%", "holdout: '0%' holds nobody out; remove it, or write a share such as 10%"),
        (10, "holdout: '10' is not a share; write one such as 10%"),
        (0.1, "holdout: '0.1' is not a share; write one such as 10%"),
    ],
)
def test_a_holdout_that_cannot_be(holdout: object, problem: str) -> None:
    with pytest.raises(FlowError, match=re.escape(problem)):
        parse_flow({"name": "x", "holdout": holdout, "steps": [{"send_email": {}}]})


def test_a_holdout_needs_mails() -> None:
    assert parse_flow({"name": "x", "holdout": "2.5%", "steps": [{"send_email": {}}]}).holdout == 25
    with pytest.raises(FlowError, match="the flow sends none; add send_email or remove it"):
        parse_flow({"name": "x", "holdout": "10%", "steps": [{"create_task": "Call"}]})


@pytest.mark.parametrize(
    ("person", "problem"),
    [
        ({"order": 1}, "only_if.person.order is unknown; the allowed keys are orders, days_since_order, "),
        ({"orders": "many"}, "only_if.person.orders is 'many'; write a number or a comparison, such as '>=2'"),
        ([], "only_if.person must be a mapping"),
    ],
)
def test_a_condition_on_a_person_that_cannot_be(person: object, problem: str) -> None:
    with pytest.raises(FlowError, match=re.escape(problem)):
        parse_flow({"name": "x", "only_if": {"person": person}, "steps": [{"send_email": {}}]})


def problems_of(text: str) -> list[str]:
    with pytest.raises(FlowError) as error:
        parse_flows(text, FIELDS)
    return str(error.value).splitlines()


MANY = """\
name: Test
trigger: abandond
only_if:
  quer: x
steps:
  - wait: soon
  - if: {cart: {value: "<50"}}
    then:
      - send_email: {subject: "Hi {{ frist_name }}"}
    else:
      - until: "09:00"
      - wait_until: {at: tuesday 10:00, zone: buyr}
  - send_email: {subject: {en: a, de: b}, message: {en: x}}
holdout: 100%
"""


def test_a_message_has_every_problem_with_its_line_and_column() -> None:
    assert problems_of(MANY) == [
        "line 2, column 10: trigger is 'abandond'; it must be one of created, abandoned, updated. "
        "Did you mean abandoned?",
        "line 4, column 3: only_if.quer is unknown; the allowed keys are query, saved_search, cart, person, consent, "
        "minimum_value, exclude, newer_than_days. Did you mean query?",
        "line 6, column 11: steps[0].wait: 'soon' is not a duration; write one such as 30 minutes, 1 hour or 2 days",
        "line 9, column 31: steps[1].then[0].send_email.subject: line 1 of the text: frist_name is unknown. "
        "Did you mean first_name?",
        "line 11, column 9: steps[1].else[0].until is unknown; it must be one of wait, wait_until, send_email, "
        "send_notification, create_task, apply_discount, if. Did you mean wait_until?",
        "line 12, column 47: steps[1].else[1].wait_until.zone is 'buyr'; it must be one of shop, buyer. "
        "Did you mean buyer?",
        "line 13, column 43: steps[2].send_email.message has no text for de, which subject has; add it",
        "line 14, column 10: holdout: '100%' leaves nobody to write to; write a smaller share, such as 10%",
    ]


def test_ten_problems_are_listed_and_the_others_counted() -> None:
    found = problems_of("name: a\nsteps:\n" + "- wait: soon\n" * 12)
    assert len(found) == 11 and found[-1] == "and 2 more problems"


def test_a_problem_in_json_and_in_the_second_flow_of_a_list() -> None:
    text = '[{"name": "a", "steps": ["send_email"]},\n {"name": "\\ud83d\\uded2",\n  "steps": [{"sing": 1}]}]'
    [found] = problems_of(text)
    assert found.startswith("line 3, column 14: steps[0].sing is unknown; ")


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ("[{if: {query: x}}]", "column 9: steps[0] has neither then nor else; add a list of steps to one of them"),
        ("[{then: [send_email]}]", "column 9: steps[0] has no if; write if: and a condition before then: and else:"),
        ("[{if: {}, then: [send_email]}]", "steps[0].if must have a condition; use query, saved_search, cart, person"),
        ("[{if: {query: x}, then: []}]", "steps[0].then must be a list of waits and actions"),
        ("[{if: {qery: x}, then: [send_email]}]", "steps[0].if.qery is unknown; the allowed keys are query, saved"),
        ("[{if: {query: 'totl:>1'}, then: [send_email]}]", "steps[0].if.query: totl: Invalid search field"),
        ("[{if: {query: x}, than: [send_email]}]", "steps[0].than is unknown; the allowed keys are if, then, else. D"),
        ("[{if: {cart: {valu: 1}}, then: [send_email]}]", "steps[0].if.cart.valu is unknown; the allowed keys are v"),
        ("[{if: {cart: {value: x}}, then: [send_email]}]", "column 29: steps[0].if.cart.value is 'x'; write a numb"),
        ("[{if: {query: x}, then: [{wait: 1 day}]}]", "steps[0].then[0] is a wait without an end: steps[0].then mus"),
        ("[{wait_until: {at: noon}}, send_email]", "steps[0].wait_until.at: 'noon' is not a time of day or a weekda"),
        ("[{wait_until: {zone: shop}}, send_email]", "steps[0].wait_until.at must be a text"),
    ],
)
def test_problems_of_branches_and_waits(steps: str, problem: str) -> None:
    [found] = problems_of(f"name: a\nsteps: {steps}")
    assert problem in found


def test_branches_and_their_numbers() -> None:
    [definition] = parse_flows(
        """
name: Nested
steps:
- if: {cart: {value: ">=100"}, person: {orders: 0}}
  then:
  - send_email
  - if: {query: teapot}
    then: [{create_task: Call}]
  else:
  - wait_until: {at: "tuesday 10:00", zone: buyer}
- wait: 1 day
- send_email
""",
        FIELDS,
    )
    flow = parse_flow(definition)
    assert [(step.number, step.action.kind) for step in flow.all_steps()] == [
        *((0, "if"), (1, "send_email"), (2, "if"), (3, "create_task")),
        *((4, "wait"), (5, "send_email")),
    ]
    branch = flow.steps[0].action
    assert isinstance(branch, Branch) and isinstance(branch.otherwise[0].action, OnlyWait)
    [wait] = branch.otherwise[0].waits
    assert (wait.until_text, wait.zone) == ("Tuesday 10:00", "buyer")
