"""Saved searches, settings, timelines and erasure over the control API."""

from tests.control.conftest import Desk


async def test_saved_searches(desk: Desk) -> None:
    made = await desk.ask("POST", "/control/saved-searches", {"name": "Big", "query": "total_price:>100"})
    found = made.json()["saved_search"]
    assert made.status_code == 201 and found["admin_graphql_api_id"] == f"gid://shopify/SavedSearch/{found['id']}"
    again = await desk.ask("POST", "/control/saved-searches", {"name": "Big", "query": "x"})
    assert again.status_code == 422 and "already" in again.text
    assert (await desk.ask("GET", "/control/saved-searches")).json() == {"saved_searches": [found]}
    assert (await desk.ask("DELETE", f"/control/saved-searches/{found['id']}")).status_code == 200
    assert (await desk.ask("GET", "/control/saved-searches")).json() == {"saved_searches": []}


async def test_settings(desk: Desk) -> None:
    changes = {"checkout_url": "https://shop.example/{token}", "recovery_link_days": 30}
    settings = (await desk.ask("PATCH", "/control/settings", changes)).json()["settings"]
    assert {name: value for name, value in settings.items() if value is not None} == changes
    assert (await desk.ask("GET", "/control/settings")).json()["settings"] == settings
    removed = await desk.ask("PATCH", "/control/settings", dict.fromkeys(changes))
    assert set(removed.json()["settings"].values()) == {None}


async def test_the_timeline_and_erasure(desk: Desk) -> None:
    path = f"/control/checkouts/{desk.number}/timeline"
    answer = (await desk.ask("GET", path, token=desk.reader)).json()
    entries = answer["timeline"]
    assert answer["state"] == "abandoned"
    assert [entry["name"] for entry in entries] == ["checkout_created", "checkout_abandoned"]
    done = await desk.ask("POST", "/control/erasures", {"email": "ada@example.com"})
    assert done.json() == {"erased": {"customers": 1, "checkouts": 1}}
    page = await desk.ask("GET", f"/merchant/checkouts/{desk.number}")
    assert page.status_code == 200 and "ada@example.com" not in page.text and "Lovelace" not in page.text
