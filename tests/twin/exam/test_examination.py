"""Exams of an extractor without mistakes, and of the same one with each of its mistakes."""

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from abandoned_checkouts.twin.exam.card import Card
from abandoned_checkouts.twin.exam.examination import ROWS, Exam, ExamError, prepared
from abandoned_checkouts.twin.exam.remote import RemoteError, RemoteTwin
from abandoned_checkouts.twin.scenarios.collection import scenarios
from tests.twin.exam.extractor import MISTAKES

# Runs of a few seconds each, on a machine that may be busy.
pytestmark = pytest.mark.timeout(300)
Examined = Callable[[str, str], Card]
WAYS = {"requests": "pages", "bulk": "bulk", "rest": "rest"}


@pytest.mark.parametrize("name", [name for name, each in scenarios().items() if each.needs in WAYS])
def test_a_careful_extractor_loses_and_doubles_nothing(examined: Examined, name: str) -> None:
    card = examined(WAYS[scenarios()[name].needs], name)
    assert (card.verdict, card.lost, card.doubled, card.stale) == ("passed", 0, 0, 0), card
    assert not card.state_advanced_wrongly and card.runs == len(scenarios()[name].stages) + 1
    assert card.gave_up == (scenarios()[name].may_stop and scenarios()[name].needs == "requests")


def _all_of_the_second_page(card: Card) -> bool:
    return card.lost == ROWS - 250 and card.state_advanced_wrongly


# The mistake, the scenario that finds it, what its card says, and a scenario in which the mistake does not matter.
FOUND: list[tuple[str, str, Callable[[Card], bool], str]] = [
    ("pages ignores-errors", "throttled-burst", _all_of_the_second_page, "truncated-json"),
    ("pages ignores-errors", "throttled-forever", _all_of_the_second_page, "connection-reset"),
    ("pages exclusive-window", "same-instant-updates", lambda card: card.lost == 1, "truncated-json"),
    ("pages no-overlap", "updated-at-backwards", lambda card: card.lost == 1, "page-shift"),
    ("pages newest-row-is-the-state", "page-shift", lambda card: card.stale == 1 and not card.lost, "connection-reset"),
    (
        "pages repeats-what-it-wrote",
        "internal-server-error-once",
        lambda card: card.doubled == 250,
        "same-instant-updates",
    ),
    ("pages drops-unknown-values", "unknown-enum-value", lambda card: card.lost == ROWS, "maintenance-503"),
    ("pages gives-up-at-once", "maintenance-503", lambda card: card.gave_up and not card.lost, "page-shift"),
    (
        "pages ignores-errors-beside-data",
        "protected-data-withdrawn",
        lambda card: card.stale == ROWS and not card.lost,
        "scope-withdrawn",
    ),
    (
        "pages replaces-all",
        "checkout-deleted-after-90-days",
        lambda card: card.lost > ROWS - 10,
        "internal-server-error-once",
    ),
    ("bulk empty-is-success", "bulk-result-empty-although-rows", lambda card: card.lost == ROWS, "bulk-url-expired"),
    (
        "bulk takes-partial-files",
        "bulk-failed-with-partial-data",
        lambda card: card.lost == ROWS // 2,
        "bulk-finishes-late",
    ),
    ("bulk takes-partial-files", "bulk-file-truncated", lambda card: card.lost > 100, "unknown-enum-value"),
]


@pytest.mark.parametrize(("arguments", "name", "found", "harmless"), FOUND)
def test_a_mistake_is_found_and_nothing_else(
    examined: Examined, arguments: str, name: str, found: Callable[[Card], bool], harmless: str
) -> None:
    card = examined(arguments, name)
    assert card.verdict == "failed" and card.reasons and found(card), card
    wrong = {"lost": card.lost, "doubled": card.doubled, "stale": card.stale, "gave up": card.gave_up}
    assert len([name for name, value in wrong.items() if value]) == 1, card
    if "replaces" not in arguments:
        assert examined(arguments, harmless).verdict == "passed"


def test_every_mistake_is_found_somewhere() -> None:
    assert {arguments.split()[1] for arguments, *_ in FOUND} == set(MISTAKES)


def test_an_incident_that_does_not_concern_the_extractor_is_not_reached(examined: Examined) -> None:
    assert examined("pages", "bulk-url-expired").verdict == "not reached"


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("pass", "the command wrote no rows; the shop has 300"),
        ("import sys; sys.exit('no config')", "failed without an incident: exit code 1. no config"),
        ("import time; time.sleep(60)", "ran longer than 2 seconds without an incident; see --time-limit"),
        ('print(\'{"id": 1000001, "updatedAt": "2026-01-01T00:00:00Z"}\')', "delivers 1 of 300 rows"),
    ],
)
def test_a_command_that_does_not_work_gets_no_card(ready: Exam, program: str, words: str) -> None:
    exam = replace(ready, command=f'{sys.executable} -c "{program.replace(chr(34), chr(92) + chr(34))}"', limit=2)
    with pytest.raises(ExamError) as refused:
        exam.hold([scenarios()["page-shift"]], lambda _: None)
    assert words in str(refused.value)


def test_the_twin_is_as_before_after_an_exam() -> None:
    """A twin that somebody else uses has no shop, fault or snapshot of the exam in the end."""
    from abandoned_checkouts.twin.exam.own_twin import own_twin

    with own_twin() as twin:
        twin.ask("POST", "/faults", {"name": "mine", "status": 503, "path": "/nowhere"})
        with prepared(twin, "true", 5):
            assert [each["name"] for each in twin.ask("GET", "/snapshots")["snapshots"]][:1] == ["exam-before"]
        assert twin.ask("GET", "/shops")["shops"] == []
        assert [each["name"] for each in twin.ask("GET", "/snapshots")["snapshots"]] == ["initial"]
        assert [each["name"] for each in twin.ask("GET", "/faults")["faults"]] == ["mine"]


def test_a_server_that_is_no_twin_is_named() -> None:
    with pytest.raises(RemoteError, match="does not answer"):
        RemoteTwin("http://127.0.0.1:9").ask("GET", "/clock")
