"""The DKIM key and the mail provider's URLs over the control API."""

from sqlalchemy import select

from abandoned_checkouts.checkouts.dkim_key import dkim_key_of
from abandoned_checkouts.checkouts.mail_events import mail_events_url
from abandoned_checkouts.store.tables import audit_log
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.control.conftest import Desk

KEY = {"domain": "shop.example", "selector": "cart1"}


async def test_a_dkim_key_is_generated_and_only_its_record_is_shown(desk: Desk) -> None:
    assert (await desk.ask("GET", "/control/mail/dkim")).json() == {"dkim": None}
    made = (await desk.ask("PUT", "/control/mail/dkim", KEY)).json()
    assert made["dkim"]["dns"]["name"] == "cart1._domainkey.shop.example"
    assert made["dkim"]["dns"]["txt"].startswith("v=DKIM1; k=rsa; p=MI")
    shown = await desk.ask("GET", "/control/mail/dkim")
    assert shown.json() == made and "PRIVATE" not in shown.text
    assert "PRIVATE" not in (await desk.ask("GET", "/control/settings")).text
    async with desk.store.read() as connection:
        shop = await find_shop(connection, desk.shop.id)
        logged = (await connection.execute(select(audit_log.c.subject))).scalars().all()
    key = None if shop is None else dkim_key_of(shop)
    assert key is not None and "PRIVATE" in key.private_key and logged[-1] == "dkim"
    # The same key again, as a merchant who has it would set it.
    again = await desk.ask("PUT", "/control/mail/dkim", {**KEY, "private_key": key.private_key})
    assert again.json() == made
    assert (await desk.ask("DELETE", "/control/mail/dkim")).status_code == 200
    assert (await desk.ask("DELETE", "/control/mail/dkim")).status_code == 404


async def test_a_key_that_cannot_be_used(desk: Desk) -> None:
    for body, problem in (({}, "domain"), ({"domain": "shop.example"}, "selector"), ({**KEY, "private_key": 5}, "PEM")):
        response = await desk.ask("PUT", "/control/mail/dkim", body)
        assert response.status_code == 422 and problem in response.json()["errors"]


async def test_the_urls_of_mail_providers(desk: Desk) -> None:
    shown = (await desk.ask("GET", "/control/mail/events")).json()["mail_events"]
    urls = {each["provider"]: each["url"] for each in shown["providers"]}
    assert urls["postmark"] == mail_events_url("https://server.example", desk.shop, "postmark")
    assert shown["unconfirmed_subscription"] is None
    changed = (await desk.ask("POST", "/control/mail/events/secret")).json()["mail_events"]
    assert all(each["url"] != urls[each["provider"]] for each in changed["providers"])
    assert (await desk.ask("GET", "/control/mail/events", token=desk.reader)).status_code == 403


async def test_signing_keys_of_mail_providers(desk: Desk) -> None:
    path = "/control/mail/events/mailgun"
    changed = (await desk.ask("PUT", path, {"signing_key": "secret"})).json()["mail_events"]["providers"]
    assert [each["provider"] for each in changed if each.get("has_signing_key")] == ["mailgun"]
    changed = (await desk.ask("PUT", path, {"signing_key": None})).json()["mail_events"]["providers"]
    assert not any(each.get("has_signing_key") for each in changed)
    for provider, body, status, problem in (
        ("mailgun", {}, 422, "a text, or null"),
        ("mailgun", {"signing_key": " "}, 422, "empty"),
        ("sendgrid", {"signing_key": "x"}, 422, "verification key"),
        ("postmark", {"signing_key": "x"}, 422, "does not sign"),
        ("nobody", {"signing_key": "x"}, 404, "Not Found"),
    ):
        response = await desk.ask("PUT", f"/control/mail/events/{provider}", body)
        assert response.status_code == status and problem in response.json()["errors"]


async def test_an_address_is_unblocked(desk: Desk) -> None:
    assert (await desk.ask("POST", "/control/mail/unblock", {"email": "ada@example.com"})).json() == {
        "unblocked": False
    }
    assert (await desk.ask("POST", "/control/mail/unblock", {"email": 5})).status_code == 422
