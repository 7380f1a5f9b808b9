"""Flows in the nights in which the clocks change, forward and back, in several time zones.

Promised: a day of waiting ends at the same time of day; `wait_until` and quiet hours end when the clock on the wall
shows their time. A time that the change skips is later by the change; of one that occurs twice, the first counts.
"""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.moment import parse_moment, to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import save_flow, set_flow_active
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.store.twin.next_due import Delays, next_due
from abandoned_checkouts.twin.mail_tray import MailTray
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock, checkout

MAIL: dict[str, Any] = {"send_email": {}}
DAY_AND_MORNING = [{"wait": "1 hour"}, MAIL, {"wait": "1 day"}, MAIL, {"wait_until": "09:00"}, MAIL]
NIGHT = [{"wait": "1 hour"}, MAIL, {"wait": "30 minutes"}, MAIL]
# The clocks go forward and back, on both sides of the equator, at midnight (Santiago), by half an hour (Lord Howe),
# and never (Kolkata).
IN_DAYTIME = [
    ("Europe/Berlin", "2026-03-28T12:00+01:00", ["28 13:00 +0100", "29 13:00 +0200", "30 09:00 +0200"]),
    ("Europe/Berlin", "2026-10-24T12:00+02:00", ["24 13:00 +0200", "25 13:00 +0100", "26 09:00 +0100"]),
    ("America/New_York", "2026-03-07T12:00-05:00", ["07 13:00 -0500", "08 13:00 -0400", "09 09:00 -0400"]),
    ("America/New_York", "2026-10-31T12:00-04:00", ["31 13:00 -0400", "01 13:00 -0500", "02 09:00 -0500"]),
    ("Australia/Sydney", "2026-10-03T12:00+10:00", ["03 13:00 +1000", "04 13:00 +1100", "05 09:00 +1100"]),
    ("Australia/Sydney", "2026-04-04T12:00+11:00", ["04 13:00 +1100", "05 13:00 +1000", "06 09:00 +1000"]),
    ("America/Santiago", "2026-09-05T12:00-04:00", ["05 13:00 -0400", "06 13:00 -0300", "07 09:00 -0300"]),
    ("Australia/Lord_Howe", "2026-10-03T12:00+10:30", ["03 13:00 +1030", "04 13:00 +1100", "05 09:00 +1100"]),
    ("Asia/Kolkata", "2026-03-28T12:00+05:30", ["28 13:00 +0530", "29 13:00 +0530", "30 09:00 +0530"]),
]
# The first mail is due at a time that the next day skips, or has twice.
IN_THE_NIGHT = [
    ("Europe/Berlin", "2026-03-28T01:30+01:00", ["28 02:30 +0100", "29 03:30 +0200", "29 09:00 +0200"]),
    ("Europe/Berlin", "2026-10-24T01:30+02:00", ["24 02:30 +0200", "25 02:30 +0200", "25 09:00 +0100"]),
    ("America/New_York", "2026-03-07T01:30-05:00", ["07 02:30 -0500", "08 03:30 -0400", "08 09:00 -0400"]),
    ("America/New_York", "2026-10-31T00:30-04:00", ["31 01:30 -0400", "01 01:30 -0400", "01 09:00 -0500"]),
    ("America/Santiago", "2026-09-04T23:30-04:00", ["05 00:30 -0400", "06 01:30 -0300", "06 09:00 -0300"]),
]
# Quiet hours from 22:00 to 08:00, in a night that has an hour less or more. Within the second hour of the same name it
# is still night; what waits until the morning waits an hour less or more.
WITH_QUIET_HOURS = [
    ("Europe/Berlin", "2026-03-28T22:10+01:00", ["29 08:00 +0200", "29 08:30 +0200"]),
    ("Europe/Berlin", "2026-10-24T22:10+02:00", ["25 08:00 +0100", "25 08:30 +0100"]),
    ("Europe/Berlin", "2026-10-25T02:10+02:00", ["25 08:00 +0100", "25 08:30 +0100"]),
    ("America/New_York", "2026-03-07T20:40-05:00", ["07 21:40 -0500", "08 08:00 -0400"]),
    ("Australia/Sydney", "2026-04-04T22:10+11:00", ["05 08:00 +1000", "05 08:30 +1000"]),
]


@pytest.mark.anyio
@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("zone", "left_at", "sent", "steps", "quiet"),
    [
        *((*each, DAY_AND_MORNING, None) for each in (*IN_DAYTIME, *IN_THE_NIGHT)),
        *((*each, NIGHT, "22:00-08:00") for each in WITH_QUIET_HOURS),
    ],
)
async def test_mails_are_sent_by_the_clock_on_the_wall(
    store: Database, zone: str, left_at: str, sent: list[str], steps: list[dict[str, Any]], quiet: str | None
) -> None:
    """`left_at` is when the checkout is abandoned; `sent` are the local day, time and offset of each mail."""
    left, mails = parse_moment(left_at), list[str]()
    clock = Clock(left)
    settings = {} if quiet is None else {"quiet_hours": quiet}

    def note(shop: Shop, mail: Row) -> None:
        at = to_datetime(mail["sent_at"]).astimezone(zone_named(shop.timezone))
        mails.append(at.strftime("%d %H:%M %z"))

    async with store.begin() as connection:
        shop = await create_shop(connection, "dst.myshopify.com", now=left, timezone=zone, settings=settings)
        row = await save_flow(connection, shop, {"name": "Clock", "steps": steps}, now=left)
        await set_flow_active(connection, shop, row["id"], True, left)
        began = left - shop.abandoned_after_minutes * 60_000_000
        await take_checkout(connection, shop, checkout_from_rest(checkout(at=began), zone=zone), began)
    workers = Workers(store, clock, mail_server=MailTray.without_server(None), on_mail=note)
    for _ in range(12):
        await workers.settle()
        async with store.read() as connection:
            due = await next_due(connection, [], clock(), left + 4 * 86_400_000_000, Delays(0, 0))
        if due is None:
            break
        clock.now = due
    await workers.stop()
    assert mails == sent
