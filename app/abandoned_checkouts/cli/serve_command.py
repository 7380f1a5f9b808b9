"""`serve` and `schema`."""

import asyncio
import dataclasses
import errno
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from abandoned_checkouts.checkouts.hosts import is_loopback
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.cli.exit_codes import ListenError, QueryError
from abandoned_checkouts.cli.opened_store import opened_store
from abandoned_checkouts.cli.options import DatabaseOption
from abandoned_checkouts.cli.ready_file import announce
from abandoned_checkouts.config import Settings, settings_from, variable
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.gc_pause import gc_pause_of_imports
from abandoned_checkouts.store.engine.server_address import keep_address
from abandoned_checkouts.store.engine.sqlite_file import QUICKLY_CHECKED
from abandoned_checkouts.store.tenants.shops import all_shops


class LogFormat(StrEnum):
    console = "console"
    json = "json"


Host = Annotated[
    str | None, typer.Option(help=f"Address to listen on. \\[default: ${variable('host')}, else 127.0.0.1]")
]
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65_535, help=f"Port to listen on. \\[default: ${variable('port')}, else 8000]"),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        min=1, max=64, help=f"Number of processes. They share rate limits. \\[default: ${variable('workers')}, else 1]"
    ),
]


LimitConnections = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=100_000,
        help=f"Maximum open connections per process. \\[default: ${variable('limit_connections')}, else 1000]",
    ),
]

LogFormatOption = Annotated[
    LogFormat | None,
    typer.Option(
        "--log-format",
        help=f"Format of the log on standard error. \\[default: ${variable('log_format')}, else console]",
        show_default=False,
    ),
]

ExposeDemo = Annotated[
    bool, typer.Option("--expose-demo", help="Accept the demo token on addresses other than loopback.")
]

TwinOption = Annotated[
    bool,
    typer.Option("--twin", help="For tests: control the clock, checkouts, faults and snapshots at /__twin."),
]
ReadyFile = Annotated[
    Path | None,
    typer.Option("--ready-file", help="Write the server's URL to this file when the server accepts requests."),
]
# Environment variable with the folder in which the processes of this server find each other.
_PROCESSES_FOLDER = variable("processes_folder")


def serve(
    host: Host = None,
    port: Port = None,
    workers: WorkersOption = None,
    limit_connections: LimitConnections = None,
    database: DatabaseOption = None,
    log_format: LogFormatOption = None,
    expose_demo: ExposeDemo = False,
    twin: TwinOption = False,
    ready_file: ReadyFile = None,
) -> None:
    """Run the HTTP server."""
    found = settings_from()
    settings = dataclasses.replace(
        found,
        host=host or found.host,
        port=port if port is not None else found.port,
        workers=workers or found.workers,
        limit_connections=limit_connections or found.limit_connections,
        expose_demo=expose_demo or found.expose_demo,
        twin=twin or found.twin,
        database_url=database or found.database_url,
        log_format=str(log_format or found.log_format),
    )
    if settings.twin:
        _check_twin(settings)
    settings = dataclasses.replace(settings, port=_try_to_listen(settings.host, settings.port))
    asyncio.run(_introduce(settings))
    if ready_file is not None:
        announce(ready_file, dataclasses.replace(settings, public_url=None).address)
    # Worker processes read their settings from the environment.
    for name in ("database_url", "host", "port", "workers", "limit_connections", "expose_demo", "twin", "log_format"):
        os.environ[variable(name)] = str(getattr(settings, name))
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as metrics_folder:
        os.environ[_PROCESSES_FOLDER] = folder
        if settings.has_metrics and settings.workers > 1:
            # The name is prometheus_client's, see telemetry/prometheus. The processes add up their metrics there.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_folder
        stop_metrics = _serve_metrics(settings)
        _run(settings)
        stop_metrics()


def _serve_metrics(settings: Settings) -> Callable[[], None]:
    """Serve the metrics on their own port, if there is one. Returns a function that stops it. Raises QueryError if a
    library for metrics or traces is missing, and ListenError if the port is in use."""
    if settings.tracing and find_spec("opentelemetry") is None:
        advice = f"run `pip install 'abandoned-checkouts[tracing]'`, or unset {variable('tracing')}"
        raise QueryError(f"traces need OpenTelemetry: {advice}")
    if not settings.has_metrics:
        return lambda: None
    try:
        from abandoned_checkouts.telemetry.metrics_endpoint import serve_metrics
    except ImportError:
        raise QueryError(
            "metrics need prometheus-client: run `pip install 'abandoned-checkouts[telemetry]'`, or unset "
            f"{variable('metrics_token')} and {variable('metrics_port')}"
        ) from None
    if settings.metrics_port is None:
        return lambda: None
    try:
        return serve_metrics(settings.metrics_port)
    except OSError as problem:
        raise ListenError(
            f"cannot listen on 127.0.0.1 port {settings.metrics_port}: {problem.strerror}; change "
            f"{variable('metrics_port')}"
        ) from None


def _run(settings: Settings) -> None:
    """Serve until the process receives a signal."""
    import uvicorn

    from abandoned_checkouts.cli.http_protocol import allow_files

    allow_files(settings)
    _set_up_logs(settings)
    # The audit log records background jobs as actions of the server, not of the user who started it.
    actor.set("server")
    uvicorn.run(
        "abandoned_checkouts.cli.serve_command:application",
        factory=True,
        http="abandoned_checkouts.cli.http_protocol:LimitedProtocol",
        ws="none",
        host=settings.host,
        port=settings.port,
        workers=settings.workers if settings.workers > 1 else None,
        log_config=None,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        # On a busy machine, a worker can need more than the default of 5 seconds to start.
        timeout_worker_healthcheck=60,
        # When the server stops, requests in progress are completed.
        timeout_graceful_shutdown=20,
        date_header=True,
    )


def application() -> object:
    """The ASGI application of one process. The settings come from the environment."""
    with gc_pause_of_imports():
        from abandoned_checkouts.server import create_app

    settings, folder = settings_from(), os.environ.get(_PROCESSES_FOLDER)
    _set_up_logs(settings)
    return create_app(settings, processes_folder=Path(folder) if folder else None)


def _set_up_logs(settings: Settings) -> None:
    """The log of this process. Each worker process needs its own."""
    from abandoned_checkouts.telemetry.log_setup import set_up_logs

    set_up_logs(settings.log_level, settings.log_format)


def schema() -> None:
    """Print the GraphQL schema."""
    from abandoned_checkouts.shopify.schema.build import printed_schema

    sys.stdout.write(printed_schema().rstrip("\n") + "\n")


def _check_twin(settings: Settings) -> None:
    """Raises typer.BadParameter if the twin cannot run with these settings."""
    try:
        parse_moment(settings.twin_instant or "2026-12-01T09:00:00Z")
    except MomentError:
        raise typer.BadParameter(
            f"{settings.twin_instant!r} is not a date and time; use a form like 2026-12-01T09:00:00Z",
            param_hint=variable("twin_instant"),
        ) from None
    if settings.workers > 1:
        raise typer.BadParameter("a twin can run in one process only; set --workers 1", param_hint="--workers")
    if not settings.demo_is_open:
        raise typer.BadParameter(
            f"everyone who can reach {settings.host} could change the store; add --expose-demo to allow that",
            param_hint="--twin",
        )


def _try_to_listen(host: str, port: int) -> int:
    """Checks that the server can listen, before anything is printed. Returns the port; for port 0, a free port.

    Raises ListenError.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            # As the server does. Without this option, closed connections of an earlier server block the address.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
            found: int = trial.getsockname()[1]
            return found
    except OSError as problem:
        taken = problem.errno == errno.EADDRINUSE
        reason = "another program already listens there" if taken else problem.strerror or problem
        advice = (
            "stop that program, or choose another port with --port (make run PORT=…)"
            if taken
            else "choose another address with --host and --port"
        )
        raise ListenError(f"cannot listen on {host} port {port}: {reason}; {advice}") from None


async def _introduce(settings: Settings) -> None:
    """Prints the addresses of the server. Raises StoreError before workers start, so that it is reported once."""
    from abandoned_checkouts.checkouts.moment import to_datetime
    from abandoned_checkouts.cli.options import now
    from abandoned_checkouts.demo.demo_token import TOKEN
    from abandoned_checkouts.shopify.language.versions import supported_versions

    async with (
        opened_store(settings.database_url, create=True, whole_up_to=QUICKLY_CHECKED) as store,
        store.begin() as connection,
    ):
        shops = await all_shops(connection)
        await keep_address(connection, settings.address)
    base = settings.address
    version = supported_versions(to_datetime(now())).latest.handle
    lines = [("Explorer", f"{base}/"), ("GraphQL", f"{base}/admin/api/{version}/graphql.json")]
    demo = [shop for shop in shops if shop.is_demo]
    for shop in demo:
        token = f"{TOKEN}  (header X-Shopify-Access-Token)"
        if not settings.demo_is_open:
            token = f"not accepted on {settings.host}; use --expose-demo to accept it"
        lines += [("Demo shop", shop.domain), ("Demo token", token)]
    if settings.twin:
        lines.append(("Twin", f"{base}/__twin/clock (described in /__twin/openapi.json)"))
        if settings.reach is Reach.PUBLIC:
            lines.append(("Webhooks", f"to public addresses; {variable('allow_private_targets')}=true allows others"))
    if demo and settings.demo_is_open and not is_loopback(settings.host):
        lines.append(("Warning", f"everyone who can reach {settings.host} can read and change the demo shop"))
    if not shops:
        lines.append(("Shops", "none yet; create one with `abandoned-checkouts demo` or `abandoned-checkouts import`"))
    for name, text in lines:
        sys.stdout.write(f"{name:<10} {text}\n")
    sys.stdout.flush()
