"""The change feed over the control API. tests/exporting/test_changes.py checks its contents."""

from tests.control.conftest import Desk


async def test_pages_of_the_change_feed(desk: Desk) -> None:
    found = (await desk.ask("GET", "/control/changes", token=desk.reader)).json()
    assert {each["table"] for each in found["changes"]} == {"abandoned_checkout", "customer"}
    assert found["next"] == found["changes"][-1]["position"]
    page = (await desk.ask("GET", "/control/changes?limit=1")).json()
    assert page["changes"] == found["changes"][:1]
    rest = (await desk.ask("GET", f"/control/changes?after={page['next']}")).json()
    assert rest == {"changes": found["changes"][1:], "next": found["next"]}
    assert (await desk.ask("GET", f"/control/changes?after={found['next']}")).json()["changes"] == []


async def test_wrong_parameters_are_refused(desk: Desk) -> None:
    for query, message in (
        ("after=x", "after: must be a whole number"),
        ("limit=0", "limit: must be from 1 to 250"),
        ("limit=251", "limit: must be from 1 to 250"),
    ):
        refused = await desk.ask("GET", f"/control/changes?{query}")
        assert (refused.status_code, refused.json()) == (422, {"errors": message})
