"""Retention and legal holds over the control API."""

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.store.engine.audit_log import list_audit_log
from abandoned_checkouts.store.tables import abandoned_checkouts
from tests.control.conftest import Desk
from tests.intake.messages import START


async def test_the_state_and_the_preview(desk: Desk) -> None:
    found = (await desk.ask("GET", "/control/retention", token=desk.reader)).json()["retention"]
    assert found == {"action": "keep", "days": 365, "grace_days": 7, "legal_hold": False, "preview": None}
    await desk.ask("PATCH", "/control/settings", {"retention": "delete", "retention_days": 10})
    async with desk.store.begin() as connection:
        await connection.execute(abandoned_checkouts.update().values(updated_at=START - 20 * DAY))
    found = (await desk.ask("GET", "/control/retention")).json()["retention"]
    preview = found.pop("preview")
    assert found == {"action": "delete", "days": 10, "grace_days": 7, "legal_hold": False}
    assert {name: preview[name] for name in ("to_announce", "in_grace", "due", "on_hold", "payloads")} == {
        "to_announce": 1,
        "in_grace": 0,
        "due": 0,
        "on_hold": 0,
        "payloads": 0,
    }
    assert preview["payloads_before"] == "2026-09-04T00:00:00Z" and preview["next_run"] == "2026-09-22T00:00:00Z"
    await desk.ask("PATCH", "/control/settings", {"legal_hold": "on"})
    found = (await desk.ask("GET", "/control/retention")).json()["retention"]
    assert found["legal_hold"] is True and found["preview"] is None


async def test_a_checkout_is_put_on_hold_and_released(desk: Desk) -> None:
    path = f"/control/holds/{desk.number}"
    assert (await desk.ask("PUT", path)).json() == {"hold": {"checkout_id": desk.number, "on_hold": True}}
    (hold,) = (await desk.ask("GET", "/control/holds", token=desk.reader)).json()["holds"]
    assert hold == {"checkout_id": desk.number, "name": f"#{desk.number}", "held_at": "2026-09-21T14:33:20Z"}
    # Again changes nothing, and is not recorded.
    assert (await desk.ask("PUT", path)).status_code == 200
    assert (await desk.ask("DELETE", path)).json() == {"hold": {"checkout_id": desk.number, "on_hold": False}}
    assert (await desk.ask("GET", "/control/holds")).json() == {"holds": []}
    async with desk.store.read() as connection:
        actions = [row["action"] for row in await list_audit_log(connection)]
    assert [each for each in actions if each.startswith("retention")] == ["retention.held", "retention.released"]
    assert (await desk.ask("PUT", "/control/holds/7")).status_code == 404
    assert (await desk.ask("DELETE", "/control/holds/7")).json()["hold"]["on_hold"] is False
