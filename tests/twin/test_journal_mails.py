"""The journal shows the mails of the store: their timeline, outbox page and erasure are those of the same table."""

from typing import Any

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
