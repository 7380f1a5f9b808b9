"""No mail is sent twice, wherever the process of a flow is killed."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from typing import Any

import orjson
import pytest

from abandoned_checkouts.work.mail_server import NOT_CONFIRMED
from tests.databases import Databases
from tests.places import ROOT
from tests.work.mail_server import MailBox, mail_server

pytestmark = pytest.mark.anyio


async def _outcomes(url: str, box: MailBox, *options: str) -> list[tuple[str, dict[str, Any]]]:
    """The boundary of each kill, and what the flow left behind. The last has no kill."""
    command = (sys.executable, "-m", "tests.promises.killed_flows", url, str(box.port), *options)
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, cwd=ROOT)
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    found, name = list[tuple[str, dict[str, Any]]](), "none"
    for line in output.decode().splitlines():
        if line.startswith("{"):
            found.append((name, orjson.loads(line)))
            name = "none"
        else:
            name = line
    return found


def _problems(name: str, left: dict[str, Any], received: Counter[str]) -> list[str]:
    """What is wrong after a kill. A mail whose answer was lost may have been sent, or not."""
    problems: list[str] = []
    unknown = 0
    for message_id, action, state, reason in left["steps"]:
        if state == "waiting":
            problems.append(f"{action} still waits")
        if action != "send_email":
            continue
        count, is_unknown = received[message_id], NOT_CONFIRMED in (reason or "")
        unknown += is_unknown
        if not (count == 1 if state == "done" else is_unknown and count <= 1):
            problems.append(f"a mail was sent {count} times: {state}, {reason}")
        if is_unknown and name not in (
            "before DATA",
            "after the mail server's 250",
            "before a commit",
            "after a commit",
        ):
            problems.append(f"an answer was lost: {reason}")
    mails = 1 - unknown
    if (left["tasks"], left["mails"], left["sent"]) != (1, mails, mails):
        problems.append(
            f"{left['tasks']} tasks, {left['mails']} stored mails, {left['sent']} logged, {unknown} unknown"
        )
    return [f"killed {name}: {problem}" for problem in problems]


@pytest.mark.timeout(900)
async def test_no_mail_is_sent_twice(databases: Databases, database_kind: str) -> None:
    """On SQLite over the whole flow; on PostgreSQL, which is slower to open, from the time at which the mail is due."""
    options = ["--mails", "1", *(["--only-mails"] if database_kind == "postgresql" else [])]
    async with mail_server() as box:
        outcomes = await _outcomes(databases.new(database_kind), box, *options)
        received = Counter(str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in box.mails)
    found = [problem for name, left in outcomes for problem in _problems(name, left, received)]
    assert found == []
    names = Counter(name for name, _ in outcomes)
    assert names["before DATA"] == names["after the mail server's 250"] == 1 and names["none"] == 1
    assert names["before a commit"] == names["after a commit"] > 8
    # Only between the hand-over and the stored answer is it unknown: after the mark, around DATA, before the commit.
    lost = [name for name, left in outcomes if any(NOT_CONFIRMED in (step[3] or "") for step in left["steps"])]
    assert lost == ["after a commit", "before DATA", "after the mail server's 250", "before a commit"]
