"""The settings. Each field of `Settings` declares one setting: its name, type, default and description.

The environment variables (`ABANDONED_CHECKOUTS_…`), the defaults of the commands and the table in the README are made
from these fields. To add a setting, add a field.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from abandoned_checkouts.checkouts.hosts import is_loopback
from abandoned_checkouts.checkouts.public_key import read_public_key
from abandoned_checkouts.checkouts.reach import Reach

Default = TypeVar("Default")

PREFIX = "ABANDONED_CHECKOUTS_"
_TRUE, _FALSE = frozenset(("1", "true", "yes", "on")), frozenset(("0", "false", "no", "off"))


class SettingError(ValueError):
    """An environment variable has an invalid value. The message names the variable and the valid values."""


def read_metrics_token(text: str) -> str:
    """Raises ValueError if the token could be guessed, or cannot be sent in a header."""
    if len(text) < 16 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be 16 or more ASCII characters without spaces; `openssl rand -hex 32` prints some")
    return text


def setting(
    default: Default,
    description: str,
    *,
    choices: tuple[str, ...] = (),
    between: tuple[int, int] | None = None,
    schemes: tuple[str, ...] = (),
    read: Callable[[str], str] | None = None,
    shown: bool = True,
) -> Default:
    """A field of `Settings`.

    `choices` are the valid texts, `between` are the smallest and the largest number, `schemes` are the valid starts of
    a URL. `read` converts the text to the value, or raises ValueError with a description of valid values. If `shown` is
    false, the value is a secret, and `repr` leaves it out.
    """
    metadata = {"description": description, "choices": choices, "between": between, "schemes": schemes, "read": read}
    return field(default=default, metadata=metadata, repr=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    database_url: str = setting(
        "sqlite+aiosqlite:///data/abandoned-checkouts.sqlite3",
        "SQLAlchemy URL of the store: `sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://USER:PASSWORD@HOST/NAME`.",
    )
    secret_key: str | None = setting(
        None,
        "Key that encrypts the secrets in the store, at least 32 characters. Required for PostgreSQL. If not set, "
        "SQLite uses a generated file beside the store. To change it, set `NEW,OLD` and run `store rotate-key`.",
        shown=False,
    )
    replica_url: str | None = setting(
        None,
        "URL of a replica of the PostgreSQL store, by streaming replication. Lists, searches, reports, exports and "
        "bulk operations read from it if it is up to date. See [scaling](scaling.md).",
    )
    replica_lag_seconds: int = setting(
        5, "How many seconds the replica may be behind. Otherwise the store itself is read.", between=(1, 3600)
    )
    host: str = setting("127.0.0.1", "Address that `serve` listens on; `0.0.0.0` accepts other machines.")
    port: int = setting(8000, "Port that `serve` listens on.", between=(0, 65_535))
    public_url: str | None = setting(
        None,
        "URL at which clients reach this server, with its scheme. If not set, the `Host` header of each request.",
        schemes=("http://", "https://"),
    )
    expose_demo: bool = setting(
        False,
        "Accept the demo token on addresses other than loopback. Everyone who can reach them can change the demo shop.",
    )
    twin: bool = setting(
        False,
        "For tests only: endpoints at `/__twin` that move the clock, create checkouts, cause faults and rewind the "
        "store. Everyone who can reach the server can use them.",
    )
    twin_seed: int = setting(
        1,
        "Seed of the random ids and tokens of `--twin`. On a fresh store, they are the same with the same seed.",
        between=(0, 2**63 - 1),
    )
    twin_instant: str | None = setting(
        None,
        "Fixed time that the clock of `--twin` shows at the start, for example `2026-12-01T09:00:00Z`. If not set, "
        "real time.",
    )
    workers: int = setting(1, "Number of processes of `serve`; they share rate limits.", between=(1, 64))
    limit_connections: int = setting(
        1000,
        "Maximum open connections of a process. Above it, idle connections are closed, and requests get status 503.",
        between=(1, 100_000),
    )
    request_seconds: int = setting(
        20,
        "Seconds in which a client must send the headers of a request, and then again its body. Slower requests get "
        "status 408.",
        between=(1, 600),
    )
    plan: str = setting(
        "standard",
        "Shopify plan whose rate limits apply: `standard`, `advanced`, `plus` or `enterprise`.",
        choices=("standard", "advanced", "plus", "enterprise"),
    )
    throttle: bool = setting(True, "Limit the cost of queries; `false` for local work and load tests.")
    extended_search: bool = setting(
        False, "Allow this server's own search fields in `query`; Shopify ignores such fields with a warning."
    )
    strict_search: bool = setting(
        False,
        "Report search warnings as errors that show the place. The header `X-Strict-Search: 1` does the same for one "
        "request.",
    )
    executor: str = setting(
        "plan",
        "How queries run: `plan` compiles them into SQL and code, `core` runs them with graphql-core.",
        choices=("plan", "core"),
    )
    allow_private_targets: bool = setting(
        False,
        "Allow webhooks to addresses on private networks, for example 10.0.0.1, and without TLS. A twin on a loopback "
        "address and without a public URL can send to this machine in any case.",
    )
    bulk_folder: str | None = setting(
        None,
        "Folder for the files of bulk operations and exports. All servers of a store must share it. If not set, a "
        "folder beside the SQLite file, or the PostgreSQL database itself.",
    )
    work: bool = setting(
        True,
        "Run background jobs in this process (abandonment, webhooks, mail, retention); `false` serves requests only.",
    )
    deliveries_at_once: int = setting(
        16,
        "Maximum number of events that a server sends at the same time, shared by its processes (at least one each). "
        "After a crash, up to this number are sent again.",
        between=(1, 1000),
    )
    wix_public_key: str | None = setting(
        None,
        "Public key that verifies the events of Wix at `/intake/wix`: PEM, or base64 of PEM or DER. A shop can have "
        "its own.",
        read=read_public_key,
    )
    wix_requests_per_minute: int | None = setting(
        None,
        "Requests per minute that a Wix app can send for one site; further requests get status 429. If not set, "
        "no limit.",
        between=(1, 1_000_000),
    )
    smtp_url: str | None = setting(
        None,
        "Mail server for the mails of flows: `smtp://USER:PASSWORD@HOST:587` (STARTTLS if the server offers it) or "
        "`smtps://…:465`. If not set, no mail is sent.",
        schemes=("smtp://", "smtps://"),
    )
    mail_from: str | None = setting(
        None,
        "Sender of these mails, for example `Shop <hello@shop.example>`. If not set, the shop's name and e-mail "
        "address.",
    )
    erasure_delay_minutes: int = setting(
        0,
        "Minutes between a request to erase a customer and the erasure. The request can be cancelled until then.",
        between=(0, 1_000_000),
    )
    log_level: str = setting(
        "info",
        "Log level of `serve`: `critical`, `error`, `warning`, `info` or `debug`. `info` has a line for each request.",
        choices=("critical", "error", "warning", "info", "debug"),
    )
    log_format: str = setting(
        "console",
        "Format of the log of `serve`: `console` for people, or `json`, an object on each line.",
        choices=("console", "json"),
    )

    metrics_token: str | None = setting(
        None,
        "Token, at least 16 characters, with which Prometheus reads `/metrics`. Without it and without a metrics port, "
        "there are no metrics. Needs `pip install 'abandoned-checkouts[telemetry]'`.",
        read=read_metrics_token,
        shown=False,
    )
    metrics_port: int | None = setting(
        None,
        "Port of 127.0.0.1 on which `/metrics` needs no token, for a Prometheus on the same machine.",
        between=(1, 65_535),
    )

    tracing: bool = setting(
        False,
        "Send traces by OpenTelemetry, to the endpoint in `OTEL_EXPORTER_OTLP_ENDPOINT`. Needs "
        "`pip install 'abandoned-checkouts[tracing]'`.",
    )

    @property
    def has_metrics(self) -> bool:
        return self.metrics_token is not None or self.metrics_port is not None

    @property
    def reach(self) -> Reach:
        """The addresses to which events may be sent. A twin that only this machine can reach may send to it."""
        if self.allow_private_targets:
            return Reach.PRIVATE
        is_own = self.twin and is_loopback(self.host) and not self.public_url
        return Reach.THIS_MACHINE if is_own else Reach.PUBLIC

    @property
    def demo_is_open(self) -> bool:
        """Whether the demo token is accepted: on a loopback address, or if it is exposed."""
        return self.expose_demo or is_loopback(self.host)

    @property
    def address(self) -> str:
        """The URL of this server, with its scheme and without a slash at its end."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return (self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}").rstrip("/")


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings from environment variables. Settings without a variable have their default. Raises SettingError."""
    environment = os.environ if environment is None else environment
    found: dict[str, Any] = {}
    for item in fields(Settings):
        text = environment.get(variable(item.name), "").strip()
        if text:
            found[item.name] = _value(variable(item.name), text, item.type, **item.metadata)
    return Settings(**found)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _value(
    name: str,
    text: str,
    kind: object,
    *,
    description: str,
    choices: tuple[str, ...],
    between: tuple[int, int] | None,
    schemes: tuple[str, ...],
    read: Callable[[str], str] | None,
) -> str | bool | int | float:
    if read is not None:
        try:
            return read(text)
        except ValueError as problem:
            raise SettingError(f"{name} {problem}") from None
    if schemes and not text.lower().startswith(schemes):
        # The message leaves out the text, which may contain a password.
        raise SettingError(f"{name} must start with {' or '.join(schemes)}")
    if choices:
        if text.lower() in choices:
            return text.lower()
        raise SettingError(f"{name} is {text!r}; it must be {', '.join(choices[:-1])} or {choices[-1]}")
    if kind in (bool, "bool"):
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise SettingError(f"{name} is {text!r}; it must be true or false")
    for number in (int, float):
        if kind in (number, number | None):
            try:
                value = number(text)
            except ValueError:
                raise SettingError(f"{name} is {text!r}; it must be a number") from None
            if between is not None and not between[0] <= value <= between[1]:
                raise SettingError(f"{name} is {text!r}; it must be a number from {between[0]} to {between[1]}")
            return value
    return text
