"""The addresses that the Admin API returns for a customer."""

from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from abandoned_checkouts.checkouts.customer_links import Purpose, customer_link
from abandoned_checkouts.recovery.links import opened_link
from abandoned_checkouts.store.privacy.email_opens import opens_of
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.privacy.unsubscribed import is_unsubscribed, recipient_key
from abandoned_checkouts.store.tables import customers, email_opens, events, flow_mails
from tests.recovery.conftest import Site
from tests.recovery.test_unsubscribe import sent_mail


async def link(site: Site, purpose: Purpose) -> tuple[str, int]:
    stored = await site.abandon()
    assert stored.customer is not None
    number = stored.customer.id
    assert number is not None
    return customer_link("https://server.example", site.shop, purpose, number), number


async def consent(site: Site) -> Any:
    async with site.store.read() as connection:
        state = (await connection.execute(select(customers.c.email_marketing_state))).scalar_one()
        return await is_unsubscribed(connection, site.shop, recipient_key(site.shop, "ADA@example.com")), state


async def test_a_look_asks_and_a_post_unsubscribes(site: Site) -> None:
    address, _ = await link(site, "unsubscribe")
    looked = await site.client.get(f"{address}&locale=de")
    assert looked.status_code == 200 and "abbestellen" in looked.text and 'method="post"' in looked.text
    assert await consent(site) == (False, "NOT_SUBSCRIBED")
    for _ in range(2):
        done = await site.client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200 and "You are unsubscribed" in done.text
    assert await consent(site) == (True, "UNSUBSCRIBED")
    async with site.store.read() as connection:
        sent = select(func.count()).where(events.c.kind == "customer_email_marketing_consent_updated")
        assert (await connection.execute(sent)).scalar() == 1


async def test_the_image_is_counted_for_its_customer(site: Site) -> None:
    address, number = await link(site, "open_tracking")
    for minutes in (0, 5):
        site.clock.pass_minutes(minutes)
        image = await site.client.get(address)
        assert (image.status_code, image.headers["content-type"]) == (200, "image/gif")
        assert image.content.startswith(b"GIF89a") and image.headers["cache-control"] == "no-store"
    await site.client.head(address)
    await site.client.get(address, headers={"Sec-Purpose": "prefetch"})
    async with site.store.read() as connection:
        opens = await opens_of(connection, site.shop, number)
    assert opens is not None and (opens.count, opens.last_at) == (2, site.clock())


@pytest.mark.parametrize("purpose", ["unsubscribe", "open_tracking"])
async def test_a_key_opens_one_address_of_one_customer(site: Site, purpose: Purpose) -> None:
    address, number = await link(site, purpose)
    other: Purpose = "unsubscribe" if purpose == "open_tracking" else "open_tracking"
    wrong = customer_link("https://server.example", site.shop, other, number).partition("?")[2]
    for changed in (
        address.partition("?")[0],
        f"{address.partition('?')[0]}?{wrong}",
        address.replace(f"/{number}?", f"/{number + 1}?"),
        address.replace(f"/{site.shop.id}/", "/99/"),
        address.replace(f"/{number}?", "/x?"),
    ):
        assert (await site.client.get(changed)).status_code == 404
        assert (await site.client.post(changed)).status_code in (404, 405)
    assert await consent(site) == (False, "NOT_SUBSCRIBED")


async def test_an_erased_or_deleted_customer_is_not_counted(site: Site) -> None:
    address, number = await link(site, "open_tracking")
    await site.client.get(address)
    async with site.store.begin() as connection:
        person = await find_person(connection, site.shop, customer_id=number)
        await erase_person(connection, site.shop, person, site.clock())
        assert (await connection.execute(select(func.count()).select_from(email_opens))).scalar() == 0
        await connection.execute(delete(customers))
    assert (await site.client.get(address)).status_code == 200
    async with site.store.read() as connection:
        assert await opens_of(connection, site.shop, number) is None


async def test_an_opened_mail_is_counted(site: Site) -> None:
    await sent_mail(site)
    link = opened_link("https://server.example", site.shop, "m1")
    for headers in ({}, {}, {"Sec-Purpose": "prefetch"}):
        answer = await site.client.get(link, headers=headers)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/gif"
    for wrong in (link + "0", link.partition("?")[0], link.replace("m1", "m2")):
        assert (await site.client.get(wrong)).status_code == 404
    async with site.store.read() as connection:
        row = (await connection.execute(select(flow_mails.c.opens, flow_mails.c.opened_at))).one()
    assert tuple(row) == (2, site.clock())
    async with site.store.begin() as connection:
        await connection.execute(update(flow_mails).values(recipient=""))
    assert (await site.client.get(link)).status_code == 200
    async with site.store.read() as connection:
        assert (await connection.execute(select(flow_mails.c.opens))).scalar_one() == 2
