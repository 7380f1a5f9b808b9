"""A flow whose process is killed at each boundary: before and after each commit, and around the hand-over of a mail.

    python -m tests.promises.killed_flows URL PORT

`URL` is a store, `PORT` that of a mail server. For each boundary, a shop's flow runs over virtual days in a forked
process, which kills itself there, as kill -9 does; another process then runs the flow to its end. Prints one line of
JSON for each boundary: its name, the steps, and what else the flow left behind.

Promised: no mail is sent twice, and each mail whose answer was stored was sent once.
"""

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

FLOW = {
    "name": "Two",
    "steps": [
        {"wait": "1 hour"},
        {"send_email": {}},
        {"create_task": "Call {{ first_name }}"},
        {"wait": "1 day"},
        {"send_email": {}},
    ],
}
# Minutes at which the workers look for work. A claim of a killed process ends after five.
TIMES = (10, 70, 76, 90, 1515, 1521, 1530, 3000)


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
        begin, data = Database.begin, aiosmtplib.SMTP.data

        @asynccontextmanager
        async def counted(database: Database) -> AsyncIterator[Any]:
            async with begin(database) as connection:
                yield connection
                self.reach("before a commit")
            self.reach("after a commit")

        async def handed(client: aiosmtplib.SMTP, *arguments: Any, **options: Any) -> Any:
            self.reach("before DATA")
            answer = await data(client, *arguments, **options)
            self.reach("after the mail server's 250")
            return answer

        Database.begin = counted  # type: ignore[method-assign]
        aiosmtplib.SMTP.data = handed  # type: ignore[method-assign]


async def prepare(url: str, domain: str) -> None:
    """A shop with an open checkout and a flow that is on."""
    database = await open_database(url)
    async with database.begin() as connection:
        shop = await create_shop(connection, domain, now=START)
        row = await save_flow(connection, shop, FLOW, now=START)
        await set_flow_active(connection, shop, row["id"], True, START)
        await take_checkout(connection, shop, checkout_from_rest(checkout(), zone="UTC"), START)
    await database.close()


async def work(url: str, port: int, reached: mmap.mmap, boundaries: Boundaries) -> None:
    """Run the flow from the time that an earlier process has reached to its end."""
    clock = Clock()
    database = await open_database(url)
    boundaries.install()
    server = MailServer.from_url(f"smtp://127.0.0.1:{port}", "Acme <hello@acme.example>")
    workers = Workers(database, clock, address="https://server.example", mail_server=server)
    (first,) = struct.unpack("q", reached[:8])
    for place, minutes in enumerate(TIMES):
        if place >= first:
            clock.now = START
            clock.pass_minutes(minutes)
            reached[:8] = struct.pack("q", place)
            await workers.settle()
    await workers.stop()
    await database.close()


async def show(url: str, domain: str, boundary: str) -> None:
    database = await open_database(url)
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
    sys.stdout.write(orjson.dumps({"boundary": boundary, "steps": steps, **counts}).decode() + "\n")
    sys.stdout.flush()
    await database.close()


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


def main(url: str, port: int, *, most: int = 1000) -> None:
    for number in range(most):
        domain, reached = f"kills{number}.myshopify.com", mmap.mmap(-1, 8)
        assert forked(lambda: prepare(url, domain)) == 0  # noqa: B023 - it ends before the next number
        first = forked(lambda: work(url, port, reached, Boundaries(number)))  # noqa: B023
        assert first in (0, -signal.SIGKILL), first
        assert first == 0 or forked(lambda: work(url, port, reached, Boundaries(None))) == 0  # noqa: B023
        assert forked(lambda: show(url, domain, "none" if first == 0 else "killed")) == 0  # noqa: B023
        if first == 0:
            return


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
