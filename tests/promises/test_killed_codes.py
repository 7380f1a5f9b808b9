"""Nobody gets two discount codes, and no mail has an invalid one, wherever the process is killed."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE
from collections import Counter, defaultdict
from typing import Any

import orjson
import pytest

from abandoned_checkouts.automations.decide import NOT_MOST_SIGNIFICANT
from abandoned_checkouts.work.mail_server import NOT_CONFIRMED
from tests.databases import Databases
from tests.places import ROOT
from tests.promises.killed_codes import CODES
from tests.work.mail_server import mail_server, part
from tests.work.receiver import Receiver

pytestmark = pytest.mark.anyio


def _problems(left: dict[str, Any], mailed: dict[str, list[str]], valid: set[str]) -> list[str]:
    """What is wrong with what a shop was left with. `mailed` are the codes in the mails, by the mail's id."""
    problems = [f"{action} still waits" for action, state, _, _ in left["steps"] if state == "waiting"]
    ids = [mail for *_, mail in left["steps"]]
    codes = [code for mail in ids for code in mailed[mail]]
    issued = [code for code, _ in left["issued"]]
    if len(issued) != 1 or left["links"] != left["issued"]:
        problems.append(f"issued {left['issued']}, the links apply {left['links']}")
    if not set(issued) <= valid:
        problems.append(f"{issued} is not valid")
    unknown = any(NOT_CONFIRMED in (reason or "") for _, _, reason, _ in left["steps"])
    if codes not in ([[], issued] if unknown else [issued]):
        problems.append(f"mailed {codes}, issued {issued}")
    return problems


@pytest.mark.timeout(900)
@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("source", ["webhook", "list"])
async def test_a_person_gets_one_valid_code(databases: Databases, database_kind: str, source: str) -> None:
    names, found, lefts = Counter[str](), list[str](), list[dict[str, Any]]()
    async with mail_server() as box, Receiver() as shop:
        where = shop.url("/codes") if source == "webhook" else "list"
        command = ("-m", "tests.promises.killed_codes", databases.new(database_kind), str(box.port), where)
        process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=PIPE, cwd=ROOT)
        output, _ = await process.communicate()
        assert process.returncode == 0
        mailed: dict[str, list[str]] = defaultdict(list)
        for mail in box.mails:
            code = re.search(r"Your code: (\S+)\. Until (.+)\.", part(mail, "plain"))
            assert code is not None and code[2] == ("the end" if source == "list" else "September 28, 2026")
            mailed[str(mail["Message-ID"]).strip("<>").partition("@")[0]].append(code[1])
        accepted = {orjson.loads(each.body)["code"] for each in shop.received}
    name = "none"
    for line in output.decode().splitlines():
        if not line.startswith("{"):
            name = line
            continue
        left = orjson.loads(line)
        taken = {code for (code,) in left["taken"]}
        found += [f"killed {name}: {each}" for each in _problems(left, mailed, accepted | taken)]
        if source == "list" and len(taken) != 1:
            found.append(f"killed {name}: {taken} are taken of {len(CODES)}")
        lefts.append(left)
        names[name] += 1
        name = "none"
    assert found == []
    assert names["none"] == 1 and names["before a commit"] > 3 and names["before DATA"] == 1
    assert (names["after the webhook's 200"] > 0) == (source == "webhook")
    # The second checkout's step, and the second step of the first one, find that the person has a code.
    reasons = Counter(reason for left in lefts for action, _, reason, _ in left["steps"] if action == "apply_discount")
    assert reasons["the buyer received a discount code less than 30 days ago"] > 0
    assert reasons[NOT_MOST_SIGNIFICANT] > 0
