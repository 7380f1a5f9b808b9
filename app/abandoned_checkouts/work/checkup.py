"""The checks of `abandoned-checkouts doctor`: what is wrong with this installation, and what to do about it."""

import os
import shutil
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib

from abandoned_checkouts.checkouts.hosts import is_loopback
from abandoned_checkouts.checkouts.moment import MINUTE, SECOND
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.database_clock import database_clock
from abandoned_checkouts.store.engine.distribution import has_extension, hindrances, steps_left
from abandoned_checkouts.store.engine.usable import problem_of_store
from abandoned_checkouts.store.flows.flows import list_flows
from abandoned_checkouts.store.reading.due_lag import Due, due_work
from abandoned_checkouts.store.tenants.shops import all_shops
from abandoned_checkouts.work.flow_warnings import flow_warnings
from abandoned_checkouts.work.mail_server import MailServer, MailServerError

LATE, VERY_LATE = 2 * MINUTE, 30 * MINUTE
_CLOCK_DIFFERENCE = 2 * SECOND
_LEAST_SPACE = 1_000_000_000  # bytes
_MAIL_SECONDS = 10.0


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check. `cure` is what to do; empty if nothing has to be done."""

    check: str
    state: State
    message: str
    cure: str = ""


async def store_findings(database: Database, has_mail_server: bool, now: int) -> list[Finding]:
    """The checks of an open store."""
    problem = await problem_of_store(database)
    cure = "look at the log of this command, the disk and the permissions of its folder"
    store = Finding("store", State.ERROR, f"it {problem}", cure) if problem else _store(database)
    findings = [store, *_key(database), *_disk(database)]
    async with database.read() as connection:
        clock = await database_clock(connection)
        due = await due_work(connection, now)
        flows = await _flows(connection, has_mail_server, now)
        is_cluster = await has_extension(connection)
        left = len(await steps_left(connection)) if is_cluster else 0
        distribution = distribution_finding(await hindrances(connection), left, is_cluster=is_cluster)
    return [*findings, clock_finding(clock, now), *(due_finding(each) for each in due), distribution, *flows]


async def _flows(connection: Connection, has_mail_server: bool, now: int) -> list[Finding]:
    """A warning for each active flow that cannot do all that it says."""
    found = []
    for shop in await all_shops(connection):
        for row in await list_flows(connection, shop):
            if row["is_active"]:
                for warning in await flow_warnings(connection, shop, row, has_mail_server, now):
                    message = f"{row['name']} of {shop.domain}: {warning}"
                    found.append(Finding("flows", State.WARNING, message, "change the setting, or turn the flow off"))
    return found or [Finding("flows", State.OK, "every active flow can do what it says")]


def _store(database: Database) -> Finding:
    kind = "SQLite, complete file checked" if database.is_sqlite else "PostgreSQL"
    return Finding("store", State.OK, f"readable and writable, newest version ({kind})")


async def replica_finding(database: Database, address: str | None, most_seconds: float) -> list[Finding]:
    """Whether reads can use the replica at this URL; nothing without one."""
    if address is None:
        return []
    unused = "not used: the store is a SQLite file"
    if database.is_sqlite:
        return [Finding("replica", State.WARNING, unused, "unset ABANDONED_CHECKOUTS_REPLICA_URL")]
    async with database.reading_replica(address, most_seconds):
        replica = database.replica
        assert replica is not None
        if await replica.has_all_of_now():
            return [Finding("replica", State.OK, "has everything that is committed")]
        problem = replica.problem or f"more than {most_seconds:g} seconds behind"
    cure = "check ABANDONED_CHECKOUTS_REPLICA_URL and its server; until then, all reads are from the store"
    return [Finding("replica", State.WARNING, f"not used: {problem}", cure)]


def _key(database: Database) -> list[Finding]:
    file = database.secret_key.file
    if file is None:
        return [Finding("secret key", State.OK, "from the setting")]
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return [
            Finding(
                "secret key", State.ERROR, f"other users can read {file} (mode {mode:o})", f"run `chmod 600 {file}`"
            )
        ]
    return [Finding("secret key", State.OK, f"in {file}; a backup does not contain it, so keep a copy elsewhere")]


def _disk(database: Database) -> list[Finding]:
    if not database.is_sqlite or database.url.database in (None, "", ":memory:"):
        return []
    file = Path(str(database.url.database)).absolute()
    free = shutil.disk_usage(file.parent).free
    cure = "free space, or move the store to a larger disk"
    space = Finding("disk", State.OK, f"{free / 1e9:.1f} GB free")
    if free < _LEAST_SPACE:
        space = Finding("disk", State.WARNING, f"only {free / 1e6:.0f} MB free", cure)
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        readable = Finding(
            "permissions", State.WARNING, f"other users can read {file} (mode {mode:o})", f"run `chmod 600 {file}`"
        )
    elif os.access(file.parent, os.W_OK):
        readable = Finding("permissions", State.OK, "only this user can read the store")
    else:
        readable = Finding("permissions", State.ERROR, f"{file.parent} is not writable", "change its owner or mode")
    return [space, readable]


def clock_finding(database_now: int | None, now: int) -> Finding:
    """`database_now` is the clock of the database server, or the newest time that a SQLite store has recorded."""
    if database_now is None:
        return Finding("clock", State.OK, "nothing to compare it with")
    ahead = database_now - now
    if ahead > _CLOCK_DIFFERENCE:
        return Finding(
            "clock",
            State.WARNING,
            f"this machine's clock is {ahead / SECOND:,.0f} s behind the store's",
            "synchronise it, for example with chrony or systemd-timesyncd",
        )
    return Finding("clock", State.OK, "not behind the store's")


def due_finding(due: Due) -> Finding:
    name = f"due: {due.kind}"
    if due.lag < LATE:
        return Finding(name, State.OK, f"{due.count:,} due, none late" if due.count else "nothing is due")
    state = State.WARNING if due.lag < VERY_LATE else State.ERROR
    message = f"{due.count:,} due, the oldest since {due.lag // MINUTE:,} minutes"
    return Finding(name, state, message, "start a server with ABANDONED_CHECKOUTS_WORK=true, or read its log")


def distribution_finding(hindrances: list[str], tables_left: int, *, is_cluster: bool) -> Finding:
    """Whether the tables are, or could be, distributed over several machines. `hindrances` are the messages of
    `store check`; `tables_left` is the number of tables that a cluster does not distribute yet."""
    if hindrances:
        more = f" (and {len(hindrances) - 1:,} more)" if len(hindrances) > 1 else ""
        cure = "drop the keys that `abandoned-checkouts store check` lists"
        return Finding("distribution", State.WARNING, hindrances[0] + more, cure)
    if tables_left:
        message = f"{tables_left:,} tables are not distributed over the machines of the cluster"
        return Finding("distribution", State.WARNING, message, "run `abandoned-checkouts store distribute`")
    return Finding("distribution", State.OK, "all tables are distributed" if is_cluster else "one machine")


def address_finding(public_url: str | None, host: str) -> Finding:
    if public_url is None:
        if is_loopback(host):
            return Finding("public URL", State.OK, "not set; links lead to this machine")
        return Finding(
            "public URL",
            State.WARNING,
            "not set, so links use the Host of each request, which a client chooses",
            "set ABANDONED_CHECKOUTS_PUBLIC_URL",
        )
    parts = urlsplit(public_url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        cure = "put a proxy with TLS in front, and use its https address"
        return Finding("public URL", State.WARNING, f"{public_url} is not encrypted", cure)
    return Finding("public URL", State.OK, public_url)


async def mail_finding(smtp_url: str | None) -> Finding:
    """Connects and signs in to the mail server; sends nothing."""
    if smtp_url is None:
        return Finding("mail server", State.OK, "not set; no mail is sent")
    try:
        server = MailServer.from_url(smtp_url)
    except MailServerError as problem:
        return Finding("mail server", State.ERROR, str(problem), "set ABANDONED_CHECKOUTS_SMTP_URL")
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.tls,
        start_tls=False if server.tls else server.starttls,
        timeout=_MAIL_SECONDS,
    )
    try:
        async with client:
            await client.noop()
    except (aiosmtplib.SMTPException, OSError) as problem:
        reason = " ".join(str(problem).split())[:200]
        cure = "check ABANDONED_CHECKOUTS_SMTP_URL: host, port, user, password"
        return Finding("mail server", State.ERROR, f"{server.host}:{server.port} refuses: {reason}", cure)
    return Finding("mail server", State.OK, f"{server.host}:{server.port} accepts the sign-in")
