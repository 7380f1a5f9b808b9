"""A flow whose process is killed at each boundary: before and after each commit, and around the hand-over of a mail.

    python -m tests.promises.killed_flows URL PORT [--mails 2] [--only-mails]

`URL` is a store, `PORT` that of a mail server. For each boundary, a shop's flow runs over virtual days in a forked
process, which kills itself there, as kill -9 does; another process then runs the flow to its end. Prints one line of
JSON for each boundary: its name, the steps, and what else the flow left behind.

Promised: no mail is sent twice, and each mail whose answer was stored was sent once.
"""

import argparse
import asyncio
import mmap
import os
import signal
import struct
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aiosmtplib
import orjson
from sqlalchemy import func, select

from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.flows.flows import save_flow, set_flow_active
from abandoned_checkouts.store.tables import activities, flow_mails, flow_steps, merchant_tasks
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock, checkout

# For one mail and for two: the steps of the flow, and the minutes at which the workers look for work. A claim of a
# killed process ends after five minutes.
ONE: list[dict[str, Any]] = [{"wait": "1 hour"}, {"send_email": {}}, {"create_task": "Call {{ first_name }}"}]
STEPS = {1: ONE, 2: [*ONE, {"wait": "1 day"}, {"send_email": {}}]}
TIMES = {1: (10, 70, 76, 90), 2: (10, 70, 76, 90, 1515, 1521, 1530, 3000)}


class Boundaries:
    """Counts boundaries, and kills this process at the one with number `kill_at`."""

    def __init__(self, kill_at: int | None) -> None:
        self.count, self._kill_at = 0, kill_at

    def reach(self, name: str) -> None:
        if self._kill_at is not None and self.count == self._kill_at:
            sys.stdout.write(f"{name}\n")
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def install(self) -> None:
        """From now on, each commit and each mail of this process is a boundary."""
        begin, write, data = Database.begin, Database.write, aiosmtplib.SMTP.data

        @asynccontextmanager
        async def counted(database: Database) -> AsyncIterator[Any]:
            async with begin(database) as connection:
                yield connection
                self.reach("before a commit")
            self.reach("after a commit")

        async def written(database: Database, work: Any) -> Any:
            # PostgreSQL writes by `begin`; on SQLite, several works share a commit.
            if not database.is_sqlite:
                return await write(database, work)

            async def marked(connection: Any) -> Any:
                result = await work(connection)
                self.reach("before a commit")
                return result

            result = await write(database, marked)
            self.reach("after a commit")
            return result

        async def handed(client: aiosmtplib.SMTP, *arguments: Any, **options: Any) -> Any:
            self.reach("before DATA")
            answer = await data(client, *arguments, **options)
            self.reach("after the mail server's 250")
            return answer

        Database.begin = counted  # type: ignore[method-assign, assignment]
        Database.write = written  # type: ignore[method-assign, assignment]
        aiosmtplib.SMTP.data = handed  # type: ignore[method-assign]


async def prepare(url: str, domain: str, mails: int) -> None:
    """A shop with an open checkout and a flow that is on."""
    database = await open_database(url)
    async with database.begin() as connection:
        shop = await create_shop(connection, domain, now=START)
        row = await save_flow(connection, shop, {"name": "Kills", "steps": STEPS[mails]}, now=START)
        await set_flow_active(connection, shop, row["id"], True, START)
        await take_checkout(connection, shop, checkout_from_rest(checkout(), zone="UTC"), START)
    await database.close()


async def work(
    url: str,
    port: int,
    domain: str,
    reached: mmap.mmap,
    times: tuple[int, ...],
    boundaries: Boundaries,
    from_place: int = 0,
) -> None:
    """Run the flow from the time that an earlier process has reached to its end, and print what it left behind."""
    clock = Clock()
    database = await open_database(url)
    server = MailServer.from_url(f"smtp://127.0.0.1:{port}", "Acme <hello@acme.example>")
    workers = Workers(database, clock, address="https://server.example", mail_server=server)
    (first,) = struct.unpack("q", reached[:8])
    for place, minutes in enumerate(times):
        if place >= first:
            clock.now = START
            clock.pass_minutes(minutes)
            reached[:8] = struct.pack("q", place)
            if place == max(first, from_place):
                boundaries.install()
            await workers.settle()
    await workers.stop()
    await _show(database, domain)
    await database.close()


async def _show(database: Database, domain: str) -> None:
    async with database.read() as connection:
        shop = await find_shop(connection, domain)
        assert shop is not None
        columns = (flow_steps.c.message_id, flow_steps.c.action, flow_steps.c.state, flow_steps.c.reason)
        mine = select(*columns).where(flow_steps.c.shop_id == shop.id).order_by(flow_steps.c.id)
        steps = [list(row) for row in await connection.execute(mine)]
        counts = {
            name: (await connection.execute(select(func.count()).where(table.c.shop_id == shop.id, *also))).scalar()
            for name, table, also in (
                ("tasks", merchant_tasks, ()),
                ("mails", flow_mails, ()),
                ("sent", activities, (activities.c.activity_type == "EMAIL_SENT",)),
            )
        }
    sys.stdout.write(orjson.dumps({"steps": steps, **counts}).decode() + "\n")
    sys.stdout.flush()


def forked(task: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Run a coroutine in a copy of this process. Returns 0, or the negative number of the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(task())
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(url: str, port: int, mails: int, from_place: int) -> None:
    for number in range(1000):
        domain, reached = f"kills{number}.myshopify.com", mmap.mmap(-1, 8)

        async def run(kill_at: int | None, domain: str = domain, reached: mmap.mmap = reached) -> None:
            await work(url, port, domain, reached, TIMES[mails], Boundaries(kill_at), from_place)

        assert forked(lambda: prepare(url, domain, mails)) == 0  # noqa: B023 - it ends before the next number
        killed = forked(lambda: run(number))  # noqa: B023
        if killed == 0:
            return
        assert killed == -signal.SIGKILL and forked(lambda: run(None)) == 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("port", type=int)
    parser.add_argument("--mails", type=int, choices=sorted(STEPS), default=2)
    parser.add_argument("--only-mails", action="store_true", help="no kills before a mail is due")
    given = parser.parse_args()
    main(given.url, given.port, given.mails, int(given.only_mails))
