"""`twin scenarios`, `twin scenario` and `twin exam`, each in a process."""

import json
import sys
from collections.abc import Iterator

import pytest

from abandoned_checkouts.twin.exam.own_twin import own_twin
from abandoned_checkouts.twin.exam.remote import RemoteTwin
from abandoned_checkouts.twin.scenarios.collection import scenarios
from tests.cli.conftest import Run
from tests.twin.exam.conftest import EXTRACTOR

pytestmark = pytest.mark.timeout(300)
CAREFUL = f"{sys.executable} {EXTRACTOR} pages"


@pytest.fixture(scope="module")
def twin() -> Iterator[RemoteTwin]:
    with own_twin() as started:
        yield started


def test_the_list_names_every_scenario(run: Run) -> None:
    printed = run("twin", "scenarios").stdout
    assert [line for line in printed.splitlines() if not line.startswith(" ")] == list(scenarios())
    assert "https://github.com/airbytehq/airbyte/issues/85372" in printed


def test_a_scenario_starts_and_stops(run: Run, twin: RemoteTwin) -> None:
    started = run("twin", "scenario", "throttled-burst", "--url", twin.url, code=2)
    assert "There is no shop yet" in started.stderr
    twin.ask("POST", "/shops", {"domain": "acme.myshopify.com"})
    printed = run("twin", "scenario", "throttled-burst", "--url", twin.url).stdout
    assert printed.startswith("throttled-burst: stage 1 of 1 runs.\n")
    assert [each["name"] for each in twin.ask("GET", "/faults")["faults"]] == ["throttled-burst"]
    stopped = run("twin", "scenario", "throttled-burst", "--stop", "--url", twin.url).stdout
    assert stopped == "throttled-burst is stopped. Its faults happened 0 times.\n"
    assert twin.ask("GET", "/faults")["faults"] == []


def test_an_exam_prints_cards(run: Run, twin: RemoteTwin) -> None:
    arguments = ["--scenario", "truncated-json", "--scenario", "webhook-lost", "--url", twin.url]
    passed = run("twin", "exam", "--command", CAREFUL, *arguments)
    assert "truncated-json                    passed" in passed.stdout
    assert "1 passed, 0 failed, 0 not reached." in passed.stdout
    assert "Not run, because an extractor receives no webhooks; see --receiver: webhook-lost." in passed.stdout
    failed = run("twin", "exam", "--command", f"{CAREFUL} gives-up-at-once", *arguments, "--format", "json", code=1)
    (card,) = json.loads(failed.stdout)["cards"]
    assert (card["verdict"], card["gaveUp"], card["lost"]) == ("failed", True, 0)
    assert "TryAgainError" in card["messages"]


def test_an_exam_of_a_receiver_prints_cards(run: Run) -> None:
    receiver = f"{sys.executable} {EXTRACTOR.with_name('receiver.py')}"
    arguments = ["--scenario", "truncated-json", "--scenario", "webhook-late"]
    printed = run("twin", "exam", "--receiver", "--command", receiver, *arguments).stdout
    assert "webhook-late                      passed" in printed
    assert "Not run, because they are for extractors: truncated-json." in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["exam", "--command", "true", "--job", "true"], "--job needs --receiver"),
        (["scenario", "page-shft"], 'there is no scenario "page-shft". Did you mean "page-shift"?'),
        (["scenario", "page-shift", "--url", "nowhere"], "nowhere is not a URL"),
        (["scenario", "page-shift", "--url", "http://127.0.0.1:9"], "does not answer"),
        (["exam", "--command", "x", "--scenario", "page-shft"], 'Did you mean "page-shift"?'),
    ],
)
def test_what_is_refused_before_anything_runs(run: Run, arguments: list[str], words: str) -> None:
    assert words in run("twin", *arguments, code=2).stderr


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-extractor", "'no-such-extractor' cannot be run: No such file or directory"),
        ("true", "the command wrote no rows; the shop has 300"),
        ("echo reading", "line 1 of the output is not a JSON object: 'reading'"),
    ],
)
def test_a_command_that_does_not_work(run: Run, twin: RemoteTwin, command: str, words: str) -> None:
    assert words in run("twin", "exam", "--command", command, "--url", twin.url, code=2).stderr
