"""Previews of the mails of a flow."""

from tests.control.conftest import FLOW, Desk


async def test_a_preview_shows_the_mail_of_a_flow(desk: Desk) -> None:
    made = (await desk.ask("POST", "/control/flows", FLOW)).json()["flow"]
    path = f"/merchant/flows/{made['id']}/preview"
    shown = await desk.ask("GET", f"{path}?locale=he")
    assert shown.status_code == 200 and 'dir="rtl"' in shown.text and "Hi Ada" in shown.text
    assert "key=preview" in shown.text
    for query in ("?step=1", "?checkout=7", "?checkout=x"):
        assert (await desk.ask("GET", path + query)).status_code == 404
