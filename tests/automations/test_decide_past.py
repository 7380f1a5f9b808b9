"""Facts as they were at an earlier moment."""

from typing import Any

import pytest

from abandoned_checkouts.automations.decide import FlowFacts, PersonFacts
from abandoned_checkouts.automations.decide_past import checkout_at, decide_at, facts_at
from abandoned_checkouts.automations.flow import CreateTask, SendEmail, Step
from abandoned_checkouts.checkouts.moment import DAY, HOUR
from tests.automations.test_decide import FIELDS, NOW, SHOP, checkout, flow


@pytest.mark.parametrize("name", ["completed_at", "recovered_at", "closed_at", "lapsed_at", "email_sent_at"])
def test_what_happened_later_has_not_happened(name: str) -> None:
    found = checkout(**{name: NOW}, email_state="sent")
    assert getattr(checkout_at(found, NOW), name) == NOW
    assert getattr(checkout_at(found, NOW - 1), name) is None


@pytest.mark.parametrize(
    ("person", "more", "kind", "reason"),
    [
        ({}, {}, "runs", None),
        ({"bought_elsewhere_at": NOW}, {}, "stops", "the buyer bought elsewhere"),
        ({"bought_elsewhere_at": NOW + 1}, {}, "runs", None),
        ({"other_flow": "X"}, {}, "runs", None),
        ({}, {"is_most_significant": False}, "skipped", "another abandoned checkout of the buyer is more significant"),
        ({}, {"mails": [NOW, NOW - DAY], "other_mails": 1}, "skipped", "the buyer received 3 mails in seven days; "),
        # One is too old, and one is later.
        ({}, {"mails": [NOW - 7 * DAY, NOW + HOUR], "other_mails": 2}, "runs", None),
        ({"is_held_out": True}, {}, "stops", "held out"),
    ],
)
def test_the_decision_about_a_mail(person: dict[str, Any], more: dict[str, Any], kind: str, reason: str | None) -> None:
    facts = FlowFacts(SHOP, checkout(), NOW + DAY, person=PersonFacts(**person))
    values: dict[str, Any] = {"is_most_significant": True, "other_mails": 0, "mails": [], "codes": [], **more}
    decided = decide_at(flow(), Step((), SendEmail()), facts_at(facts, checkout(), NOW, **values), FIELDS)
    assert decided.kind == kind and (decided.reason or "").startswith(reason or "")


@pytest.mark.parametrize(
    ("known", "issued", "last"),
    [
        (None, [], None),
        (NOW, [], NOW),
        (NOW + 1, [], None),
        (NOW - DAY, [NOW, NOW + 1], NOW),
        (None, [NOW - 2, NOW - 1], NOW - 1),
    ],
)
def test_the_last_code_is_one_that_was_issued_by_then(known: int | None, issued: list[int], last: int | None) -> None:
    facts = FlowFacts(SHOP, checkout(), NOW + DAY, code="KNOWN", person=PersonFacts(last_code_at=known))
    then = facts_at(facts, checkout(), NOW, is_most_significant=True, other_mails=0, mails=[], codes=issued)
    assert then.person.last_code_at == last and then.now == NOW
    assert (then.code == "KNOWN") == (not issued) and then.code


def test_a_held_out_person_gets_no_task_and_goes_on() -> None:
    facts = FlowFacts(SHOP, checkout(), NOW, person=PersonFacts(is_held_out=True))
    assert decide_at(flow(), Step((), CreateTask("Call")), facts, FIELDS).kind == "skipped"
