"""Actions on one checkout and on many, and notes."""

import re

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.notes import notes_of
from abandoned_checkouts.store.checkouts.timeline import timeline_of
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.tenants.merchant_users import invite
from tests.control.conftest import Desk
from tests.intake.messages import START
from tests.merchant.test_checkout_list import fill
from tests.merchant.test_sign_in import form_key
from tests.merchant.test_users import as_owner

MANY = "/merchant/checkouts/actions"


async def known(connection: Connection, desk: Desk) -> Checkout:
    """The checkout of the desk as it is stored."""
    return (await load_known(connection, desk.shop, [desk.number]))[desk.number]


async def closed(desk: Desk) -> int:
    async with desk.store.read() as connection:
        found = await load_known(connection, desk.shop, [desk.number, *range(2_000_000, 2_000_100)])
    return sum(each.closed_at is not None for each in found.values())


async def test_many_are_closed_after_a_confirmation_with_their_number(desk: Desk) -> None:
    await fill(desk, 60)
    form = {"form_key": await as_owner(desk), "action": "close", "of": "all", "query": "email:zoe*"}
    asked = await desk.client.post(MANY, data=form)
    assert "60 checkouts are chosen." in asked.text and 'name="confirmed" value="60"' in asked.text
    assert await closed(desk) == 0
    # If the result has changed meanwhile, the new number is confirmed first.
    again = await desk.client.post(MANY, data={**form, "confirmed": "59"})
    assert "60 checkouts are chosen." in again.text and await closed(desk) == 0
    done = await desk.client.post(MANY, data={**form, "confirmed": "60"})
    assert "60 checkouts are changed." in done.text and await closed(desk) == 60
    reopened = {**form, "action": "reopen", "of": "selected", "id": [2_000_001, 2_000_002, "x"], "confirmed": "2"}
    assert "2 checkouts are changed." in (await desk.client.post(MANY, data=reopened)).text
    assert await closed(desk) == 58


async def test_wrong_choices_change_nothing(desk: Desk) -> None:
    secret = await as_owner(desk)
    for wrong in ({"action": "close"}, {"action": "explode", "id": desk.number}, {"id": desk.number}):
        assert (await desk.client.post(MANY, data={"form_key": secret, **wrong})).status_code == 422
    note = {"form_key": secret, "action": "note", "id": desk.number, "confirmed": "1"}
    assert "textarea" in (await desk.client.post(MANY, data=note)).text
    await fill(desk, 60)
    remind = {"form_key": secret, "action": "remind", "of": "all", "query": ""}
    assert "At most 50 checkouts" in (await desk.client.post(MANY, data=remind)).text
    assert (await desk.client.post("/merchant/checkouts/5", data={"form_key": secret})).status_code == 404


async def test_a_viewer_cannot_act(desk: Desk) -> None:
    async with desk.store.begin() as connection:
        key = await invite(connection, desk.shop, "viewer@example.com", Role.VIEWER, START)
    await desk.client.post(f"/merchant/enter/{key}")
    page = await desk.client.get(f"/merchant/checkouts/{desk.number}")
    assert "Write a note" not in page.text
    secret = form_key(page)
    for path in (MANY, f"/merchant/checkouts/{desk.number}", f"/merchant/checkouts/{desk.number}/notes"):
        refused = await desk.client.post(path, data={"form_key": secret, "text": "x", "action": "close"})
        assert refused.status_code == 403 and "Your role does not allow this" in refused.text


async def test_one_checkout_is_closed_and_reopened(desk: Desk) -> None:
    secret, path = await as_owner(desk), f"/merchant/checkouts/{desk.number}"
    answer = await desk.client.post(path, data={"form_key": secret, "action": "close"})
    assert answer.headers["location"] == f"{path}?done=closed" and await closed(desk) == 1
    again = await desk.client.post(path, data={"form_key": secret, "action": "close"})
    assert again.headers["location"] == f"{path}?done=unchanged"
    await desk.client.post(path, data={"form_key": secret, "action": "reopen"})
    async with desk.store.read() as connection:
        kinds = [entry.name for entry in await timeline_of(connection, desk.shop, await known(connection, desk))]
    assert await closed(desk) == 0 and kinds[-2:] == ["checkout_closed", "checkout_updated"]


async def test_the_second_who_edits_a_note_sees_the_conflict_and_keeps_the_text(desk: Desk) -> None:
    secret, path = await as_owner(desk), f"/merchant/checkouts/{desk.number}"
    await desk.client.post(f"{path}/notes", data={"form_key": secret, "text": "called\r\ntwice"})
    page = (await desk.client.get(path)).text
    assert "called\ntwice" in page and "Note of owner@example.com" in page.replace("\u2068", "")
    found = re.search(r"/merchant/notes/(\d+)", page)
    assert found is not None
    first = await desk.client.post(found[0], data={"form_key": secret, "text": "first", "version": "1"})
    assert first.status_code == 303
    second = await desk.client.post(found[0], data={"form_key": secret, "text": "second", "version": "1"})
    assert second.status_code == 409 and ">second</textarea>" in second.text and ">first</blockquote>" in second.text
    assert 'name="version" value="2"' in second.text
    await desk.client.post(found[0], data={"form_key": secret, "text": "second", "version": "2"})
    async with desk.store.read() as connection:
        assert [note["text"] for note in await notes_of(connection, desk.shop, desk.number)] == ["second"]


async def test_an_erasure_deletes_notes(desk: Desk) -> None:
    secret = await as_owner(desk)
    await desk.client.post(f"/merchant/checkouts/{desk.number}/notes", data={"form_key": secret, "text": "Ada called"})
    await desk.ask("POST", "/control/erasures", {"email": "ada@example.com"})
    async with desk.store.read() as connection:
        assert await notes_of(connection, desk.shop, desk.number) == []
