"""The journal shows the mails of the store: their timeline, outbox page and erasure are those of the same table."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import make_url

from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.twin.sent_mails import MailKey, mails_with
from abandoned_checkouts.twin import journal_mails
from tests.twin.conftest import TOKEN, TwinUser

HEADERS = {"X-Shopify-Access-Token": TOKEN}


async def send_reminders(twin: TwinUser) -> int:
    """Let the default flow write to a buyer twice. Returns the number of the checkout."""
    await twin.freeze()
    flows = (await twin.client.get("/control/flows", headers=HEADERS)).json()["flows"]
    await twin.client.patch(f"/control/flows/{flows[0]['id']}", json={"active": True}, headers=HEADERS)
    made = await twin.checkout(state="open", email="ada@example.com")
    await twin.advance("2 days")
    return int(made["id"])


async def mails(twin: TwinUser, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await twin.ask("POST", "/mails/find", filters))["mails"]
    return found


async def kinds_of_timeline(twin: TwinUser, number: int) -> list[str]:
    response = await twin.client.get(f"/control/checkouts/{number}/timeline", headers=HEADERS)
    return [entry["kind"] for entry in response.json()["timeline"]]


async def test_mails_are_those_of_the_timeline_and_deleting_hides_them(twin: TwinUser) -> None:
    number = await send_reminders(twin)
    first, second = await mails(twin, checkoutId=number)
    assert (first["id"], second["id"]) == (1, 2) and first["instant"] < second["instant"]
    assert await mails(twin, contains="your CART") == [first, second] and first["html"].startswith("<!doctype")
    assert await mails(twin, contains="nothing of that") == []
    assert (await kinds_of_timeline(twin, number)).count("mail") == 2
    assert await twin.ask("GET", "/mails/2") == second
    assert [each["id"] for each in (await twin.ask("GET", "/mails?after=1"))["mails"]] == [2]
    assert (await twin.ask("DELETE", "/mails?to=ADA@*"))["deleted"] == 2
    assert await mails(twin) == []
    assert (await kinds_of_timeline(twin, number)).count("mail") == 2
    await twin.ask("GET", "/mails/2", status=404)


async def test_mails_return_with_a_snapshot_and_are_erased_with_the_person(twin: TwinUser) -> None:
    await send_reminders(twin)
    before = await mails(twin)
    await twin.ask("PUT", "/snapshots/two")
    erased = await twin.client.post("/control/erasures", json={"email": "ada@example.com"}, headers=HEADERS)
    assert erased.is_success, erased.text
    assert [(each["to"], each["subject"], each["text"]) for each in await mails(twin)] == [("", "", "")] * 2
    await twin.ask("POST", "/snapshots/two/restore")
    assert await mails(twin) == before
    await twin.ask("POST", "/reset")
    assert await mails(twin) == []


async def test_only_the_texts_that_a_response_has_are_read(
    twin: TwinUser, twin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send_reminders(twin)
    with closing(sqlite3.connect(make_url(twin_url).database or "")) as connection, connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(flow_mails)")]
        changed = {"id": "printf('%04d', n)", "sent_at": "sent_at + n", "subject": "'Copy ' || n"}
        values = ", ".join(changed.get(name, name) for name in names)
        connection.execute(
            "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < 350) "
            f"INSERT INTO flow_mails ({', '.join(names)}) SELECT {values} "
            "FROM (SELECT * FROM flow_mails ORDER BY sent_at DESC LIMIT 1), copies"
        )
    read: list[int] = []

    async def noted(connection: Connection, keys: list[MailKey], *, texts: bool = False) -> dict[MailKey, Row]:
        read.append(len(keys) if texts else 0)
        return await mails_with(connection, keys, texts=texts)

    monkeypatch.setattr(journal_mails, "mails_with", noted)
    newest = (await twin.ask("GET", "/mails?limit=3"))["mails"]
    assert [each["subject"] for each in newest] == ["Copy 348", "Copy 349", "Copy 350"]
    assert (await twin.ask("GET", "/mails/5"))["subject"] == "Copy 3"
    assert (await twin.ask("POST", "/mails/count", {"subject": "Copy 1*"}))["count"] == 111
    assert sum(read) == 4
    assert len((await twin.ask("GET", "/mails?limit=2&contains=copy 30"))["mails"]) == 2
    assert sum(read) == 104
    assert len(await mails(twin)) == 352
    assert (await twin.ask("POST", "/mails/wait-for-count", {"count": 352}))["count"] == 352
    assert (await twin.ask("DELETE", "/mails?subject=Copy*"))["deleted"] == 350
    assert [each["id"] for each in await mails(twin)] == [1, 2]
