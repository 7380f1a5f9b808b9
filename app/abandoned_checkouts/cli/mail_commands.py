"""`mail dkim`, `mail events`, `mail unblock`."""

import sys
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated

import typer

from abandoned_checkouts.checkouts.dkim_key import DKIM, DkimError, DkimKey, dkim_key_of, dkim_setting, read_dkim_key
from abandoned_checkouts.checkouts.mail_events import (
    MAIL_EVENTS,
    PROVIDERS,
    SigningKeyError,
    mail_event_settings,
    mail_events_url,
    with_new_secret,
    with_signing_key,
)
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.opened_store import missing_from
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, now, text_of
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.privacy.mail_bounces import unblock
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import find_shop

application = typer.Typer(help="Sign mails with DKIM, and receive reports of bounced mails.", no_args_is_help=True)

Domain = Annotated[str | None, typer.Option(help="Domain of the sender's address, for example shop.example.")]
Selector = Annotated[str, typer.Option(help="Name of the key in the DNS. A new key needs a new name.")]
KeyFile = Annotated[
    Path | None, typer.Option(help="File with the RSA private key as PEM; by default, a key is generated.")
]
Provider = Annotated[str | None, typer.Option(help=f"Mail provider: {', '.join(PROVIDERS)}.")]
Key = Annotated[
    str | None, typer.Option(help="Key with which the provider signs its events; an empty text removes it.")
]
Address = Annotated[str, typer.Option("--email", help="E-mail address.")]


@application.command("dkim")
def dkim(
    shop: ShopOption,
    domain: Domain = None,
    selector: Selector = "cart1",
    key: KeyFile = None,
    off: Annotated[bool, typer.Option("--off", help="Delete the key: mails are not signed any more.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Sign a shop's mails with DKIM, and print the DNS record to publish. Without --domain, print the record again."""
    if off and (domain is not None or key is not None):
        raise typer.BadParameter("cannot be used with --domain or --key", param_hint="--off")
    if key is not None and domain is None:
        raise typer.BadParameter("needs --domain", param_hint="--key")
    made = None
    if domain is not None:
        try:
            made = read_dkim_key(domain, selector, None if key is None else text_of(key))
        except DkimError as problem:
            raise typer.BadParameter(str(problem), param_hint="--key" if key is not None else "--domain") from None

    async def work(connection: Connection, found: Shop) -> tuple[DkimKey | None, str]:
        stored = dkim_key_of(found)
        if made is None and stored is None:
            raise missing_from(found, "DKIM key", f"mail dkim --domain … --shop {found.domain}")
        if made is not None or off:
            changed = None if made is None else dkim_setting(made)
            await change_settings(connection, found, {DKIM: changed}, now())
        return (None if off else made or stored), found.email

    found, email = within_shop(database, shop, work, write=True)
    if found is None:
        return
    sys.stdout.write(found.zone_line + "\n")
    sender = parseaddr(settings_from().mail_from or email)[1]
    if not found.covers(sender):
        sys.stderr.write(
            f"warning: the sender {sender} is not in {found.domain}, so DMARC ignores the signature. "
            "Set ABANDONED_CHECKOUTS_MAIL_FROM, or use the sender's domain.\n"
        )


@application.command("events")
def events(
    shop: ShopOption,
    provider: Provider = None,
    signing_key: Key = None,
    new_urls: Annotated[bool, typer.Option("--new-urls", help="Replace the URLs. The old ones stop working.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Print the URLs at which mail providers report bounced mails and complaints."""
    if provider is not None and provider not in PROVIDERS:
        raise typer.BadParameter(f"{provider!r} is not one of {', '.join(PROVIDERS)}", param_hint="--provider")
    if signing_key is not None and provider is None:
        raise typer.BadParameter("needs --provider", param_hint="--signing-key")

    async def work(connection: Connection, found: Shop) -> Shop:
        changed = with_new_secret(found) if new_urls else mail_event_settings(found)
        if new_urls:
            await change_settings(connection, found, {MAIL_EVENTS: changed}, now())
            found = await find_shop(connection, found.id) or found
        if signing_key is not None and provider is not None:
            try:
                changed = with_signing_key(found, provider, signing_key or None)
            except SigningKeyError as problem:
                raise typer.BadParameter(str(problem), param_hint="--signing-key") from None
            await change_settings(connection, found, {MAIL_EVENTS: changed}, now())
        return await find_shop(connection, found.id) or found

    found = within_shop(database, shop, work, write=new_urls or signing_key is not None)
    for name in PROVIDERS if provider is None else (provider,):
        line(name, mail_events_url(settings_from().address, found, name))
    waiting = mail_event_settings(found).get("confirmation")
    if waiting is not None:
        sys.stderr.write(
            f"warning: confirm the subscription of Amazon SNS at {waiting['url']} ({waiting['problem']})\n"
        )


@application.command("unblock")
def unblock_address(address: Address, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Send mails again to an address that bounced or complained."""

    async def work(connection: Connection, found: Shop) -> None:
        if not await unblock(connection, found, address):
            raise missing_from(found, f"blocked address {address!r}", f"mail unblock --shop {found.domain}")

    within_shop(database, shop, work, write=True)
