"""Texts of flows that name unknown values, or lack a language."""

from typing import Any

import pytest

from abandoned_checkouts.automations.check_texts import (
    MAIL_LANGUAGES,
    MAIL_VARIABLES,
    TEMPLATE_VARIABLES,
    check_texts,
)
from abandoned_checkouts.automations.flow import SendEmail
from abandoned_checkouts.automations.flow_errors import FlowError, Place
from abandoned_checkouts.automations.parse_flows import parse_flow, parse_flows
from abandoned_checkouts.recovery import mail
from abandoned_checkouts.recovery.languages import LANGUAGES
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from tests.automations.test_decide import SHOP, checkout

FINE = "{% for line in cart.lines %}{{ loop.index }}: {{ line.title }}{% endfor %}{% set x = code %}{{ x }}"


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ({"send_email": {"message": FINE, "template": "{{ subject }}{{ unsubscribe_link }}"}}, None),
        ({"create_task": "Call {{ first_name }} about {{ name }}"}, None),
        (
            {"send_email": {"subject": "Hi {{ frist_name }}"}},
            "steps[0].send_email.subject: line 1 of the text: frist_name is unknown. Did you mean first_name?",
        ),
        (
            {"send_email": {"message": {"en": "x", "de": "Hallo\n{{ vorname }}"}}},
            "steps[0].send_email.message.de: line 2 of the text: vorname is unknown; the variables are ",
        ),
        (
            {"send_email": {"template": "{{ unsubscribe_link }}\n\n{% if shop %}x{% endif %}"}},
            "steps[0].send_email.template: line 3 of the text: shop is unknown",
        ),
        ({"create_task": "{{ cart.total }}"}, "steps[0].create_task.title: line 1 of the text: cart is unknown; the "),
        (
            {"send_email": {"subject": {"en": "a", "de": "b"}, "message": {"en": "a"}}},
            "steps[0].send_email.message has no text for de, which subject has; add it",
        ),
        ({"send_email": {"subject": {"en": "a", "de": "b"}, "message": "the same for all"}}, None),
        ({"send_email": {"subject": {"en": "a", "pt-BR": "b", "de-CH": "c"}}}, None),
        (
            {"send_email": {"subject": {"en": "a", "xx": "b"}}},
            "steps[0].send_email.subject.xx is for a language that mails are not in; use one of de, en, es, fr, he, pt",
        ),
    ],
)  # fmt: skip
def test_problems_of_texts(step: dict[str, Any], problem: str | None) -> None:
    [(name, _)] = step.items()
    action, place = parse_flow({"name": "x", "steps": [step]}).steps[0].action, Place() / "steps" / 0 / name
    if problem is None:
        check_texts(action, place)
        return
    with pytest.raises(FlowError) as error:
        check_texts(action, place)
    assert str(error.value).startswith(problem)


@pytest.mark.parametrize(
    ("mail", "problems"),
    [
        (
            {"subject": "{{ nobody }}", "message": "{{ nothing }}"},
            ["subject: line 1 of the text: nobody is", "message: line 1 of the text: nothing is"],
        ),
        (
            {"subject": {"en": "a", "de": "b", "fr": "c"}, "message": {"en": "a"}, "button": {"en": "{{ nobody }}"}},
            [
                "message has no text for de, which subject has",
                "message has no text for fr, which subject has",
                "button has no text for de, which subject has",
                "button has no text for fr, which subject has",
                "button.en: line 1 of the text: nobody is",
            ],
        ),
    ],
)
def test_a_message_has_all_problems(mail: dict[str, Any], problems: list[str]) -> None:
    action = parse_flow({"name": "x", "steps": [{"send_email": mail}]}).steps[0].action
    with pytest.raises(FlowError) as error:
        check_texts(action, Place() / "mail")
    lines = str(error.value).splitlines()
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        assert line.startswith(f"mail.{problem}"), line


def test_the_languages_are_those_of_mails() -> None:
    assert MAIL_LANGUAGES == LANGUAGES


def test_the_variables_are_those_that_a_mail_has(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def filled_in(text: str, values: dict[str, object], *, html: bool = False) -> str:
        seen.append(sorted(values))
        return text

    monkeypatch.setattr(mail, "filled_in", filled_in)
    content = SendEmail(subject="x", template="y")
    mail.write_mail(content, SHOP, checkout(), key="k" * 32, recipient_key="r", code=None, address="https://s.example")
    assert seen == [sorted(MAIL_VARIABLES), sorted(TEMPLATE_VARIABLES)]


def test_a_flow_is_refused_when_it_is_stored_and_read_when_it_is_known() -> None:
    text = "name: x\nsteps:\n- create_task: Call {{ nobody }}\n"
    with pytest.raises(FlowError, match="line 1 of the text: nobody is unknown"):
        parse_flows(text, checkout_fields(extended=True))
    assert parse_flow({"name": "x", "steps": [{"create_task": "Call {{ nobody }}"}]}).name == "x"
