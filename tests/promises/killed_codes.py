"""A flow that issues discount codes, whose process is killed at each boundary: around each commit, the request to the
shop's webhook, and the hand-over of a mail.

    python -m tests.promises.killed_codes URL MAIL_PORT (WEBHOOK | list)

`WEBHOOK` is the URL that accepts codes; with `list`, codes are taken from an uploaded list. One person left two
checkouts. For each boundary, the flow runs in a forked process, which kills itself there; another process then runs the
flow to its end. Prints one line of JSON for each boundary: what the flow left behind.

Promised: a person gets one code; each mail has that code; the shop accepted it, or it is marked as issued.
"""

import mmap
import signal
import struct
import sys
from typing import Any

import orjson
from sqlalchemy import select

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.flows.discount_codes import add_codes
from abandoned_checkouts.store.flows.flows import save_flow, set_flow_active
from abandoned_checkouts.store.tables import discount_codes, flow_mails, flow_steps, issued_codes, recovery_discounts
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.sender import Message, Sender
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock, checkout
from tests.promises.killed_flows import Boundaries, forked

CODES = [f"CODE{number}" for number in range(5)]
# The minutes at which the workers look for work. The steps are due after 70; a claim of a killed process ends after
# five minutes.
TIMES = (10, 70, 76, 82, 90)
DUE = TIMES.index(70)


async def prepare(url: str, domain: str, webhook: str) -> None:
    """A shop with two checkouts of one person, and a flow that is on."""
    source = {"list": "spring"} if webhook == "list" else {"webhook": webhook, "prefix": "BACK-", "valid_days": 7}
    mail = {"send_email": {"message": "Your code: {{ code }}. Until {{ code_expires or 'the end' }}."}}
    steps = [{"wait": "1 hour"}, {"apply_discount": source}, mail, {"apply_discount": source}]
    database = await open_database(url)
    async with database.begin() as connection:
        shop = await create_shop(connection, domain, now=START)
        await add_codes(connection, shop, "spring", [(code, None) for code in CODES], START)
        row = await save_flow(connection, shop, {"name": "Codes", "steps": steps}, now=START)
        await set_flow_active(connection, shop, row["id"], True, START)
        for token in ("t1", "t2"):
            await take_checkout(connection, shop, checkout_from_rest(checkout(token), zone="UTC"), START)
    await database.close()


def count_webhook(boundaries: Boundaries) -> None:
    """From now on, each request to the shop's webhook is a boundary."""
    send = Sender.send

    async def counted(sender: Sender, message: Message, now: int) -> Any:
        boundaries.reach("before the webhook")
        attempt = await send(sender, message, now)
        boundaries.reach("after the webhook's 200")
        return attempt

    Sender.send = counted  # type: ignore[method-assign]


async def work(url: str, port: int, domain: str, reached: mmap.mmap, kill_at: int | None) -> None:
    """Run the flow from the time that an earlier process has reached to its end, and print what it left behind."""
    clock, boundaries = Clock(), Boundaries(kill_at)
    database = await open_database(url)
    server = MailServer.from_url(f"smtp://127.0.0.1:{port}", "Acme <hello@acme.example>")
    workers = Workers(database, clock, address="https://server.example", reach=Reach.PRIVATE, mail_server=server)
    (first,) = struct.unpack("q", reached[:8])
    for place, minutes in enumerate(TIMES):
        if place >= first:
            clock.now = START
            clock.pass_minutes(minutes)
            reached[:8] = struct.pack("q", place)
            if place == max(first, DUE):
                boundaries.install()
                count_webhook(boundaries)
            await workers.settle()
    await workers.stop()
    async with database.read() as connection:
        shop = await find_shop(connection, domain)
        assert shop is not None
        left: dict[str, Any] = {}
        for name, columns, also in (
            ("steps", (flow_steps.c.action, flow_steps.c.state, flow_steps.c.reason, flow_steps.c.message_id), ()),
            ("issued", (issued_codes.c.code, issued_codes.c.checkout_id), ()),
            ("links", (recovery_discounts.c.code, recovery_discounts.c.checkout_id), ()),
            ("taken", (discount_codes.c.code,), (discount_codes.c.issued_at.is_not(None),)),
            ("mails", (flow_mails.c.id, flow_mails.c.checkout_id), ()),
        ):
            rows = await connection.execute(select(*columns).where(columns[0].table.c.shop_id == shop.id, *also))
            left[name] = [list(row) for row in rows]
    await database.close()
    sys.stdout.write(orjson.dumps(left).decode() + "\n")
    sys.stdout.flush()


def main(url: str, port: int, webhook: str) -> None:
    for number in range(1000):
        domain, reached = f"codes{number}.myshopify.com", mmap.mmap(-1, 8)

        async def run(kill_at: int | None, domain: str = domain, reached: mmap.mmap = reached) -> None:
            await work(url, port, domain, reached, kill_at)

        assert forked(lambda: prepare(url, domain, webhook)) == 0  # noqa: B023 - it ends before the next number
        killed = forked(lambda: run(number))  # noqa: B023
        if killed == 0:
            return
        assert killed == -signal.SIGKILL and forked(lambda: run(None)) == 0


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
