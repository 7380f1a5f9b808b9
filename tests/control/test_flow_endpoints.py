"""Flows over the control API."""

from abandoned_checkouts.automations.flow import DEFAULT
from tests.control.conftest import FLOW, Desk


async def test_list_create_change_and_delete_flows(desk: Desk) -> None:
    [first] = (await desk.ask("GET", "/control/flows", token=desk.reader)).json()["flows"]
    assert (first["active"], first["definition"]) == (False, DEFAULT)
    made = await desk.ask("POST", "/control/flows", FLOW)
    assert made.status_code == 201 and made.json()["flow"]["active"] is False
    assert "Set ABANDONED_CHECKOUTS_SMTP_URL" in made.json()["warning"]
    path = f"/control/flows/{made.json()['flow']['id']}"
    turned = (await desk.ask("PATCH", path, {"active": True})).json()
    assert turned["flow"]["active"] is True and "no mail server is set" in turned["warning"]
    assert "warning" not in (await desk.ask("PATCH", path, {"active": False})).json()
    await desk.ask("PATCH", path, {"active": True})
    changed = await desk.ask("PUT", path, "name: Mine\nsteps: [create_task: Call]\n")
    assert changed.json()["flow"]["active"] is True and "warning" not in changed.json()
    lists = await desk.ask("PUT", path, "name: Mine\nsteps: [apply_discount: {list: spring}, send_email: {}]\n")
    assert "no mail server is set" in lists.json()["warning"] and "the list 'spring' has no" in lists.json()["warning"]
    changed = await desk.ask("PUT", path, "name: Mine\nsteps: [create_task: Call]\n")
    assert changed.json()["flow"]["definition"]["steps"] == [{"create_task": "Call"}]
    assert (await desk.ask("GET", path)).json() == changed.json()
    report = (await desk.ask("GET", f"{path}/report", token=desk.reader)).json()["report"]
    assert (report["flow"], report["holdout"], report["mailed"]["people"]) == ("Mine", None, 0)
    tried = (await desk.ask("GET", f"{path}/dry-run?days=7")).json()["dry_run"]
    assert (tried["flow"], tried["days"], tried["checkouts"]) == ("Mine", 7, 1)
    [step] = tried["steps"]
    assert [each["checkout"] for each in step["would_run"]] == [desk.number] and step["would_not"] == []
    assert (await desk.ask("GET", f"{path}/dry-run?days=91")).status_code == 422
    assert (await desk.ask("DELETE", path)).json() == {}
    assert (await desk.ask("GET", path)).status_code == 404
