"""Compares the rows that a receiver stored with the webhooks that were sent to it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.twin.exam.card import Card, named
from abandoned_checkouts.twin.exam.command import Ran
from abandoned_checkouts.twin.exam.output import OutputError, message_of, row_of

_SECOND = 1_000_000
_LOST = "webhook-lost"

# A change of a row by the app: its id and updated_at in whole seconds, or None for a deletion.
Step = tuple[int, int | None]


@dataclass(slots=True)
class Sent:
    """The newest `updated_at` of each checkout in the webhooks that were sent, and in those that the app acknowledged,
    in whole seconds by id; the ids of deleted checkouts; and the number of webhooks that never arrived."""

    newest: dict[int, int] = field(default_factory=dict)
    acknowledged: dict[int, int] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    lost: int = 0
    deletions_acknowledged: set[int] = field(default_factory=set)


class AppState(Protocol):
    def messages(self) -> str: ...


def sent_webhooks(entries: Iterable[UntypedJson], *, lost_by: str) -> Sent:
    """The webhooks in entries of the journal. Those that a fault of the scenario `lost_by` lost are acknowledged only
    in the journal, not by the app."""
    sent = Sent()
    for entry in entries:
        body = orjson.loads(entry["request"]["body"])
        # Newer versions have the id only in the name.
        number = int(body.get("id") or body["name"].removeprefix("#"))
        lost = lost_by == _LOST and entry["fault"] == lost_by
        sent.lost += lost
        accepted = entry["outcome"] == "delivered" and not lost
        if entry["topic"] == "checkouts/delete":
            sent.deleted.add(number)
            sent.deletions_acknowledged |= {number} if accepted else set()
            continue
        updated = parse_moment(body["updated_at"]) // _SECOND
        sent.newest[number] = max(updated, sent.newest.get(number, 0))
        if accepted:
            sent.acknowledged[number] = max(updated, sent.acknowledged.get(number, 0))
    return sent


def read_log(text: str) -> list[Step]:
    """The steps in the lines of the app's file. Raises OutputError."""
    steps: list[Step] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        message = message_of(line, number)
        if message.get("deleted") is True:
            digits = str(message.get("id")).rpartition("/")[2].partition("?")[0]
            if not digits.isdecimal():
                raise OutputError(f'line {number} of the output has no "id" of a checkout: {line[:80]}')
            steps.append((int(digits), None))
        else:
            steps.append(row_of(message, number))
    return steps


def judged_receiver(
    scenario: str,
    log: Sequence[Step],
    rows: Sequence[tuple[int, int]],
    sent: Sent,
    *,
    was_reached: bool,
    ended: int | None,
    job: Ran | None,
    app: AppState,
) -> Card:
    """The card of a scenario. `log` is what the app did, `rows` what its job read afterwards. `ended` is the exit code
    of an app that ended by itself."""
    held = _held([*log, *rows])
    truth = {number: updated for number, updated in sent.newest.items() if number not in sent.deleted}
    lost = [number for number in truth if number not in held]
    stale = [number for number, updated in truth.items() if number in held and held[number] < updated]
    kept = sorted(sent.deleted & held.keys())
    doubled = sum(count - 1 for count in Counter(step for step in log if step[1] is not None).values())
    advanced = any(sent.acknowledged.get(number, 0) >= truth[number] for number in [*lost, *stale])
    advanced = advanced or bool(sent.deletions_acknowledged & set(kept))
    reasons = [
        *named("lost", lost),
        *([f"{doubled} {'row' if doubled == 1 else 'rows'} stored twice"] if doubled else []),
        *named("stale", stale),
        *named("kept although deleted", kept),
        *(["its rows are behind webhooks that it acknowledged"] if advanced else []),
        *([f"the app ended: exit code {ended}"] if ended is not None else []),
        *([f"the job failed: {_end_of(job)}"] if job is not None and not job.succeeded else []),
    ]
    return Card(
        scenario,
        "failed" if reasons else "passed" if was_reached else "not reached",
        lost=len(lost),
        doubled=doubled,
        stale=len(stale) + len(kept),
        state_advanced_wrongly=advanced,
        reasons=tuple(reasons),
        messages=app.messages() if reasons else "",
        runs=1,
    )


def _held(steps: Iterable[Step]) -> Mapping[int, int]:
    held: dict[int, int] = {}
    for number, updated in steps:
        if updated is None:
            held.pop(number, None)
        else:
            held[number] = updated
    return held


def _end_of(job: Ran) -> str:
    return "it ran longer than the time limit" if job.code is None else f"exit code {job.code}. {job.messages}"
