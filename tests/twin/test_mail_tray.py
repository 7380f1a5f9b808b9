"""A twin without a mail server records the mails of flows."""

from tests.twin.conftest import TOKEN, TwinUser

HEADERS = {"X-Shopify-Access-Token": TOKEN}


async def test_mails_of_a_flow_are_in_the_journal(twin: TwinUser) -> None:
    await twin.freeze()
    flows = (await twin.client.get("/control/flows", headers=HEADERS)).json()["flows"]
    turned = await twin.client.patch(f"/control/flows/{flows[0]['id']}", json={"active": True}, headers=HEADERS)
    assert turned.is_success, turned.text
    made = await twin.checkout(state="open", email="ada@example.com", customer={"first_name": "Ada"})
    ran = (await twin.advance("2 hours"))["ran"]
    assert ran["total"]["flow steps"] >= 1
    (mail,) = (await twin.ask("GET", "/mails"))["mails"]
    assert (mail["to"], mail["checkoutId"]) == ("ada@example.com", made["id"])
    assert "/checkouts/ac/" in mail["text"] and mail["text"].startswith("Hello Ada,")
    await twin.advance("2 days")
    assert (await twin.ask("POST", "/mails/count", {"to": "ada@example.com"}))["count"] == 2
