"""Unsubscribing from reminders."""

from sqlalchemy import insert, select, update

from abandoned_checkouts.recovery.links import unsubscribe_link
from abandoned_checkouts.store.privacy.unsubscribed import is_unsubscribed, recipient_key
from abandoned_checkouts.store.tables import customers, events, flow_mails
from tests.recovery.conftest import Site


async def sent_mail(site: Site) -> tuple[str, str]:
    """Store a sent mail. Returns its unsubscribe link and the keyed hash of the buyer's e-mail address."""
    stored, key = await site.abandon(), recipient_key(site.shop, "ada@example.com")
    mail = dict.fromkeys(("sender", "subject", "html", "plain"), "")
    row = {"id": "m1", "checkout_id": stored.id, "flow_id": 1, "position": 0, "sent_at": site.clock()}
    async with site.store.begin() as connection:
        values = {**mail, **row, "recipient": "ada@example.com", "recipient_key": key, "shop_id": site.shop.id}
        await connection.execute(insert(flow_mails).values(values))
    return unsubscribe_link("https://server.example", site.shop, key, "de"), key


async def state(site: Site, key: str) -> tuple[bool, str]:
    async with site.store.read() as connection:
        consent = (await connection.execute(select(customers.c.email_marketing_state))).scalar_one()
        return await is_unsubscribed(connection, site.shop, key), consent


async def test_the_page_only_asks_and_its_button_unsubscribes(site: Site) -> None:
    link, key = await sent_mail(site)
    answer = await site.client.get(link)
    assert answer.status_code == 200 and "Erinnerungen abbestellen?" in answer.text and 'method="post"' in answer.text
    assert await state(site, key) == (False, "NOT_SUBSCRIBED")
    answer = await site.client.post(link)
    assert answer.status_code == 200 and "Sie haben die Erinnerungen abbestellt" in answer.text
    assert await state(site, key) == (True, "UNSUBSCRIBED")


async def test_mail_programs_unsubscribe_with_one_click(site: Site) -> None:
    link, key = await sent_mail(site)
    for _ in range(2):
        answer = await site.client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert await state(site, key) == (True, "UNSUBSCRIBED")
    async with site.store.read() as connection:
        recorded = await connection.execute(
            select(events.c.id).where(events.c.kind == "customer_email_marketing_consent_updated")
        )
        assert len(recorded.all()) == 1


async def test_the_link_works_after_the_address_is_erased(site: Site) -> None:
    link, key = await sent_mail(site)
    async with site.store.begin() as connection:
        await connection.execute(update(flow_mails).values(recipient=""))
    assert (await site.client.post(link)).status_code == 200
    assert (await state(site, key))[0]


async def test_a_link_without_the_correct_key_is_not_found(site: Site) -> None:
    link, key = await sent_mail(site)
    for wrong in (link.replace("key=", "key=x"), link.partition("?")[0], link.replace(key, "0" * 32)):
        assert (await site.client.post(wrong)).status_code == 404
    assert not (await state(site, key))[0]
