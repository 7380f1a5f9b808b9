"""The list of flows: figures, on and off, deleting; what each role may do."""

import re

import pytest

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.store.flows.flows import find_flow, list_flows
from abandoned_checkouts.store.reports.note_actions import note_sent, note_skipped, note_visit
from abandoned_checkouts.store.tenants.merchant_users import invite
from tests.control.conftest import FLOW, Desk
from tests.intake.messages import START
from tests.merchant.test_sign_in import form_key
from tests.merchant.test_users import as_owner

TWO = {"name": "Two & more", "steps": [{"send_email": {}}, {"wait": "1 day"}, {"send_email": {}}]}


async def stored(desk: Desk, flow: object) -> int:
    return int((await desk.ask("POST", "/control/flows", flow)).json()["flow"]["id"])


async def test_a_shop_without_flows_gets_the_default_one(desk: Desk) -> None:
    page = (await desk.ask("GET", "/merchant/flows")).text
    assert "Two reminders" in page and "Turn on" in page and "/merchant/flows/new?from=calls" in page
    async with desk.store.read() as connection:
        assert [row["is_active"] for row in await list_flows(connection, desk.shop)] == [False]


async def test_a_flow_is_turned_on_and_off_with_a_warning(desk: Desk) -> None:
    number, secret = await stored(desk, TWO), await as_owner(desk)
    path = f"/merchant/flows/{number}"
    done = await desk.client.post(path, data={"form_key": secret, "active": "1", "next": path})
    assert done.headers["location"] == f"{path}?done=flow_on"
    page = (await desk.client.get(done.headers["location"])).text
    assert "The flow is on" in page and "Set ABANDONED_CHECKOUTS_SMTP_URL" in page and "Turn off" in page
    assert "Two &amp; more" in page
    overview = (await desk.client.get("/")).text
    assert f'href="{path}"' in overview and "Two &amp; more" in overview
    off = await desk.client.post(path, data={"form_key": secret, "active": "0", "next": "//evil.example"})
    assert off.headers["location"] == "/merchant/flows?done=flow_off"
    assert "nobody is reminded automatically" in (await desk.client.get("/")).text


async def test_figures_of_each_step(desk: Desk) -> None:
    number = await stored(desk, TWO)
    async with desk.store.begin() as connection:
        for mail, place in enumerate((0, 0, 1)):
            step = f"{number}.{place}"
            await note_sent(connection, desk.shop, desk.number, START + mail, name=f"mail/{mail}", step=step)
        for each, reason in enumerate(("the buyer unsubscribed", "the buyer unsubscribed", "the cart is empty")):
            step = f"{number}.1"
            await note_skipped(connection, desk.shop, desk.number, START, name=f"step/{each}", step=step, reason=reason)
        await note_sent(connection, desk.shop, desk.number, START, name="mail/gone", step=f"{number}.7")
        await note_visit(connection, desk.shop, desk.number, START + 5, name="visit/1")
    page = (await desk.ask("GET", f"/merchant/flows/{number}")).text
    linked = page.partition('class="steps-table')[2]
    for query in (f"mailed_step%3A{number}.0", f"visited_step%3A{number}.1", f"skipped_step%3A{number}.1"):
        assert query in linked
    rows = [row.partition("</tr>")[0] for row in re.sub("</?a[^>]*>", "", linked).split("<tr>")[2:]]
    first, second, gone = rows
    assert 'data-label="Mails sent">2<' in first and 'data-label="Visits">0<' in first and "Skipped" in first
    assert 'data-label="Mails sent">1<' in second and 'data-label="Visits">1<' in second
    assert "<summary>3</summary>" in second and "the buyer unsubscribed: 2" in second
    assert "Steps that were removed" in gone
    hebrew = await desk.client.get(
        f"/merchant/flows/{number}", headers={"X-Shopify-Access-Token": desk.writer, "Accept-Language": "he"}
    )
    # The address of the list has the reason as it is stored.
    assert "הקונה ביטל את הרישום" in hebrew.text and "unsubscribed" not in re.sub("<[^>]*>", "", hebrew.text)


async def test_a_flow_is_deleted_after_a_question(desk: Desk) -> None:
    number, secret = await stored(desk, TWO), await as_owner(desk)
    path = f"/merchant/flows/{number}/delete"
    assert "Delete the flow Two &amp; more?" in (await desk.client.get(path)).text
    done = await desk.client.post(path, data={"form_key": secret})
    assert done.headers["location"] == "/merchant/flows?done=flow_deleted"
    async with desk.store.read() as connection:
        assert await find_flow(connection, desk.shop, number) is None
    assert (await desk.client.post(path, data={"form_key": secret})).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
async def test_only_owners_change_flows(desk: Desk, role: Role) -> None:
    number = await stored(desk, FLOW)
    async with desk.store.begin() as connection:
        key = await invite(connection, desk.shop, "other@example.com", role, START)
    await desk.client.post(f"/merchant/enter/{key}")
    shown = await desk.client.get("/merchant/flows")
    assert shown.status_code == 200 and "Turn on" not in shown.text and "/edit" not in shown.text
    page = await desk.client.get(f"/merchant/flows/{number}")
    assert page.status_code == 200 and "Dry run" in page.text and "Delete this flow" not in page.text
    assert (await desk.client.get(f"/merchant/flows/{number}/dry-run")).status_code == 200
    secret = form_key(page)
    for path in (f"/merchant/flows/{number}", f"/merchant/flows/{number}/edit", "/merchant/flows/check"):
        assert (await desk.client.post(path, data={"form_key": secret, "active": "1"})).status_code == 403
    assert (await desk.client.get("/merchant/flows/new")).status_code == 403


async def test_a_stored_flow_that_is_invalid_is_shown_with_the_reason(desk: Desk) -> None:
    number = await stored(desk, TWO)
    async with desk.store.begin() as connection:
        await connection.exec_driver_sql('UPDATE flows SET definition = \'{"name": "Old", "steps": [{"dance": 1}]}\'')
    for path in ("/merchant/flows", f"/merchant/flows/{number}", f"/merchant/flows/{number}/dry-run", "/"):
        page = await desk.ask("GET", path)
        assert page.status_code == 200, path
    assert "dance is unknown" in (await desk.ask("GET", f"/merchant/flows/{number}")).text
    edit = await desk.ask("GET", f"/merchant/flows/{number}/edit")
    assert edit.status_code == 200 and "dance: 1" in edit.text and "Line 3" in edit.text
