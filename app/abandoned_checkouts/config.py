"""Every setting of the program, declared once: its name, kind, default and meaning.

From here come the environment variables (`ABANDONED_CHECKOUTS_…`), the defaults of the command line and the table in
the README. A new setting is one more field of `Settings`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

Default = TypeVar("Default")

PREFIX = "ABANDONED_CHECKOUTS_"
_TRUE, _FALSE = frozenset(("1", "true", "yes", "on")), frozenset(("0", "false", "no", "off"))


class SettingError(ValueError):
    """An environment variable holds what its setting cannot be; the message names both."""


def setting(
    default: Default,
    description: str,
    *,
    choices: tuple[str, ...] = (),
    between: tuple[int, int] | None = None,
    schemes: tuple[str, ...] = (),
) -> Default:
    """`choices` are all there are, `between` the least and the largest number, `schemes` how an address begins."""
    told = {"description": description, "choices": choices, "between": between, "schemes": schemes}
    return field(default=default, metadata=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    database_url: str = setting(
        "sqlite+aiosqlite:///data/abandoned-checkouts.sqlite3",
        "SQLAlchemy URL of the store: `sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://USER:PASSWORD@HOST/NAME`.",
    )
    host: str = setting("127.0.0.1", "Address that `serve` listens on; `0.0.0.0` opens it to the network.")
    port: int = setting(8000, "Port that `serve` listens on.", between=(0, 65_535))
    public_url: str | None = setting(
        None,
        "Address by which others reach this server, with its scheme; without it, each request's own Host.",
        schemes=("http://", "https://"),
    )
    workers: int = setting(1, "Processes that `serve` runs; they share one throttle.", between=(1, 64))
    plan: str = setting(
        "standard",
        "The Shopify plan whose limits apply: `standard`, `advanced`, `plus` or `enterprise`.",
        choices=("standard", "advanced", "plus", "enterprise"),
    )
    throttle: bool = setting(True, "Whether query costs are limited; `false` for local work and load tests.")
    extended_search: bool = setting(
        False, "Whether `query` may use this server's own search fields, which Shopify would ignore with a warning."
    )
    strict_search: bool = setting(
        False, "Whether a search warning is an error that shows the place; also by the header `X-Strict-Search: 1`."
    )
    executor: str = setting(
        "plan",
        "How queries run: by compiled `plan`, or by graphql-core alone with `core`.",
        choices=("plan", "core"),
    )
    allow_private_targets: bool = setting(
        False, "Whether webhooks may be sent to addresses inside the network, such as 127.0.0.1."
    )
    bulk_folder: str | None = setting(
        None,
        "Folder for the results of bulk operations, which all servers of a store share; without it, one beside the "
        "SQLite file, else `data/bulk-operations`.",
    )
    work: bool = setting(
        True, "Whether this server also abandons, delivers, e-mails and forgets; `false` to only answer."
    )
    wix_public_key: str | None = setting(
        None, "PEM of the key that Wix signs its events with, for `/intake/wix`; each shop may have its own."
    )
    wix_requests_per_minute: int | None = setting(
        None,
        "How many requests a minute a Wix app may send for a site before it is answered 429; without it, any number.",
        between=(1, 1_000_000),
    )
    smtp_url: str | None = setting(
        None,
        "Mail server for the mails of flows: `smtp://USER:PASSWORD@HOST:587` (with STARTTLS where the server has it) "
        "or `smtps://…:465`. Without it no mail is sent.",
        schemes=("smtp://", "smtps://"),
    )
    mail_from: str | None = setting(
        None, "Sender of those mails, such as `Shop <hello@shop.example>`; without it, the shop's name and e-mail."
    )
    erasure_delay_minutes: int = setting(
        0,
        "How long after a customer's request for erasure it is carried out; until then it can be cancelled.",
        between=(0, 1_000_000),
    )
    log_level: str = setting(
        "info",
        "How much `serve` logs: `critical`, `error`, `warning`, `info` or `debug`.",
        choices=("critical", "error", "warning", "info", "debug"),
    )

    @property
    def address(self) -> str:
        """Where this server is reached, with its scheme, without a slash at its end."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return (self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}").rstrip("/")


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that the environment gives, else the defaults. Raises SettingError."""
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
) -> str | bool | int | float:
    if schemes and not text.lower().startswith(schemes):
        # Without the text: there may be a password in it.
        raise SettingError(f"{name} has to begin with {' or '.join(schemes)}")
    if choices:
        if text.lower() in choices:
            return text.lower()
        raise SettingError(f"{name} is {text!r}; give {', '.join(choices[:-1])} or {choices[-1]}")
    if kind in (bool, "bool"):
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise SettingError(f"{name} is {text!r}; give true or false")
    for number in (int, float):
        if kind in (number, number | None):
            try:
                value = number(text)
            except ValueError:
                raise SettingError(f"{name} is {text!r}; give a number") from None
            if between is not None and not between[0] <= value <= between[1]:
                raise SettingError(f"{name} is {text!r}; give a number from {between[0]} to {between[1]}")
            return value
    return text
