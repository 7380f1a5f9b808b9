"""The DKIM key of a shop, and the URLs for its mail provider's webhooks, over HTTP."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.dkim_key import DKIM, DkimError, DkimKey, dkim_key_of, dkim_setting, read_dkim_key
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.mail_events import (
    MAIL_EVENTS,
    PROVIDERS,
    SIGNING,
    SigningKeyError,
    mail_event_settings,
    mail_events_url,
    signing_key,
    with_new_secret,
    with_signing_key,
)
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.control.endpoint import NOT_FOUND, Control, existing, object_of, respond
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.store.privacy.mail_bounces import unblock
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import find_shop


async def show_dkim(request: Request, control: Control, shop: Shop) -> Response:
    """Returns the domain and the DNS record of the key that signs mails."""
    return respond({"dkim": await _dkim_json(dkim_key_of(shop))})


async def set_dkim(request: Request, control: Control, shop: Shop) -> Response:
    """Sets the key that signs mails. The body is `{"domain": …, "selector": …}`, with `private_key` (PEM) if the key
    exists already."""
    body = await object_of(request)
    private_key = body.get("private_key")
    try:
        key = await asyncio.to_thread(
            read_dkim_key,
            str(body.get("domain") or ""),
            str(body.get("selector") or ""),
            None if private_key is None else str(private_key),
        )
    except DkimError as problem:
        raise RefusedError(422, str(problem)) from None
    async with control.database.begin() as connection:
        await change_settings(connection, shop, {DKIM: dkim_setting(key)}, control.clock())
    return respond({"dkim": await _dkim_json(key)})


async def delete_dkim(request: Request, control: Control, shop: Shop) -> Response:
    """Stops signing mails."""
    existing(dkim_key_of(shop))
    async with control.database.begin() as connection:
        await change_settings(connection, shop, {DKIM: None}, control.clock())
    return respond({})


async def show_events(request: Request, control: Control, shop: Shop) -> Response:
    """Returns the URLs that receive bounces and complaints from mail providers."""
    return respond({"mail_events": _events_json(request, control, shop)})


async def set_signing_key(request: Request, control: Control, shop: Shop) -> Response:
    """Sets the key that verifies the events of a mail provider. The body is `{"signing_key": …}`; null accepts events
    without a signature."""
    body, provider = await object_of(request), request.path_params["provider"]
    if provider not in PROVIDERS:
        raise RefusedError(*NOT_FOUND)
    key = body.get("signing_key")
    if "signing_key" not in body or not isinstance(key, str | None):
        raise RefusedError(422, "the body must have a signing_key: a text, or null")
    try:
        changed = with_signing_key(shop, provider, key)
    except SigningKeyError as problem:
        raise RefusedError(422, f"signing_key: {problem}") from None
    return await _changed(request, control, shop, changed)


async def new_secret(request: Request, control: Control, shop: Shop) -> Response:
    """Replaces the secret in the URLs of mail events. The old URLs stop working."""
    return await _changed(request, control, shop, with_new_secret(shop))


async def unblock_address(request: Request, control: Control, shop: Shop) -> Response:
    """Lets mails go to an address again after a bounce. The body is `{"email": …}`."""
    email = (await object_of(request)).get("email")
    if not isinstance(email, str) or "@" not in email:
        raise RefusedError(422, "the body must have an email")
    async with control.database.begin() as connection:
        was_blocked = await unblock(connection, shop, email)
    return respond({"unblocked": was_blocked})


async def _changed(request: Request, control: Control, shop: Shop, setting: UntypedJson) -> Response:
    async with control.database.begin() as connection:
        await change_settings(connection, shop, {MAIL_EVENTS: setting}, control.clock())
        changed = existing(await find_shop(connection, shop.id))
    return respond({"mail_events": _events_json(request, control, changed)})


async def _dkim_json(key: DkimKey | None) -> UntypedJson | None:
    """Without the private key."""
    if key is None:
        return None
    record = await asyncio.to_thread(lambda: key.record)
    return {"domain": key.domain, "selector": key.selector, "dns": {"name": key.record_name, "txt": record}}


def _events_json(request: Request, control: Control, shop: Shop) -> UntypedJson:
    address = control.address_of(request)
    return {
        "providers": [
            {
                "provider": provider,
                "url": mail_events_url(address, shop, provider),
                **({"has_signing_key": signing_key(shop, provider) is not None} if provider in SIGNING else {}),
            }
            for provider in PROVIDERS
        ],
        "unconfirmed_subscription": mail_event_settings(shop).get("confirmation"),
    }
