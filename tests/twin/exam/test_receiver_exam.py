"""Exams of a receiver of webhooks without mistakes, and of the same one with each of its mistakes."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from abandoned_checkouts.twin.exam.card import Card
from abandoned_checkouts.twin.exam.command import CommandError
from abandoned_checkouts.twin.exam.examination import ExamError
from abandoned_checkouts.twin.exam.receiver_exam import ReceiverExam, prepared_receiver
from abandoned_checkouts.twin.exam.remote import RemoteTwin
from abandoned_checkouts.twin.scenarios.collection import scenarios
from tests.twin.exam.receiver import MISTAKES

# Each exam starts an app, on a machine that may be busy.
pytestmark = pytest.mark.timeout(300)
RECEIVER = f"{sys.executable} {Path(__file__).with_name('receiver.py')}"
WEBHOOKS = [each for each in scenarios().values() if each.needs == "webhooks"]


@pytest.fixture(scope="module")
def ready(remote: RemoteTwin) -> Iterator[ReceiverExam]:
    with prepared_receiver(remote, RECEIVER, f"{RECEIVER} job", 60) as exam:
        yield exam


def cards(exam: ReceiverExam, *names: str) -> dict[str, Card]:
    chosen = [each for each in WEBHOOKS if not names or each.name in names]
    return {card.scenario: card for card in exam.hold(chosen, lambda _: None)}


def test_a_careful_receiver_passes_every_scenario_of_webhooks(ready: ReceiverExam) -> None:
    found = cards(ready)
    assert {name: card.verdict for name, card in found.items()} == {each.name: "passed" for each in WEBHOOKS}
    assert len(found) == 5


# The mistake, the scenario that finds it, and the figures of its card: lost, doubled, stale, advanced wrongly.
FOUND = [
    ("processes-twice", "webhook-twice", (0, 8, 0, False)),
    ("last-one-wins", "webhook-late", (0, 0, 1, True)),
    ("last-one-wins", "webhook-out-of-order", (0, 0, 1, True)),
    ("forgets-deletions", "webhook-out-of-order", (0, 0, 1, True)),
    ("drops-unknown-versions", "webhook-with-old-api-version", (3, 0, 0, True)),
]


@pytest.mark.parametrize(("mistake", "name", "figures"), FOUND)
def test_a_mistake_is_found(ready: ReceiverExam, mistake: str, name: str, figures: tuple[object, ...]) -> None:
    card = cards(replace(ready, command=f"{RECEIVER} {mistake}"), name)[name]
    assert (card.lost, card.doubled, card.stale, card.state_advanced_wrongly) == figures, card
    assert card.verdict == "failed"


def test_every_mistake_is_found_once() -> None:
    assert {mistake for mistake, _, _ in FOUND} == set(MISTAKES)


def test_without_a_job_lost_webhooks_lose_rows(ready: ReceiverExam) -> None:
    card = cards(replace(ready, job=None), "webhook-lost")["webhook-lost"]
    assert (card.verdict, card.lost, card.stale, card.state_advanced_wrongly) == ("failed", 1, 1, False)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (f"{sys.executable} -c 'print(1); exit(3)'", "the app ended at its start: exit code 3. 1"),
        (f"{sys.executable} -c 'import time; time.sleep(60)'", "does not accept connections on 127.0.0.1:"),
    ],
)
def test_an_app_that_does_not_listen_is_reported(ready: ReceiverExam, command: str, words: str) -> None:
    with pytest.raises(ExamError, match=words):
        cards(replace(ready, command=command, limit=1), "webhook-late")


def test_a_command_that_does_not_exist_is_reported(ready: ReceiverExam) -> None:
    with pytest.raises(CommandError, match="cannot be run"):
        cards(replace(ready, command="no-such-command"), "webhook-late")
