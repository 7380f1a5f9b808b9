"""The source of a sync, from its row."""

from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from abandoned_checkouts.checkouts.hosts import is_loopback
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import Clock, to_datetime
from abandoned_checkouts.checkouts.shop import WIX
from abandoned_checkouts.shopify.language.versions import supported_versions
from abandoned_checkouts.store.sync.syncs import Sync
from abandoned_checkouts.sync.requests import Sleep, pause
from abandoned_checkouts.sync.shopify_graphql import ShopifyGraphql
from abandoned_checkouts.sync.shopify_source import ShopifySource, Sizes
from abandoned_checkouts.sync.shopify_tokens import Save, ShopifyTokens
from abandoned_checkouts.sync.source import Source, SourceError
from abandoned_checkouts.sync.wix_source import PAGE, WixSource

# Makes the client of a source. Tests put another server of this program behind it.
NewClient = Callable[[], httpx.AsyncClient]
DEFAULT_SIZES = Sizes()


def new_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(headers={"user-agent": "abandoned-checkouts-sync"}, follow_redirects=False)


async def no_save(_credentials: UntypedJson) -> None:
    """For a source that is only tried."""


def open_source(
    sync: Sync,
    clock: Clock,
    *,
    save: Save = no_save,
    new_client: NewClient = new_client,
    sleep: Sleep = pause,
    sizes: Sizes = DEFAULT_SIZES,
) -> Source:
    """The source that the sync reads. Close it in the end."""
    http = new_client()
    if sync.platform == WIX:
        key = str(sync.credentials["api_key"])
        return WixSource(http, sync.source_url, sync.source_id, key, sleep, page=min(sizes.page, PAGE))
    tokens = ShopifyTokens(http, sync.source_url, sync.credentials, clock, save, sleep)
    version = supported_versions(to_datetime(clock())).latest.handle
    return ShopifySource(ShopifyGraphql(http, sync.source_url, version, tokens, sleep), http, sleep, sizes)


def source_url(text: str) -> str:
    """The address of a shop's API, without a path. Raises SourceError."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.path.strip("/"):
        raise SourceError(f"{text!r} is not the address of a shop; use a form like https://SHOP.myshopify.com, or wix")
    if parts.scheme == "http" and not is_loopback(host):
        raise SourceError(f"{text} would send the token without encryption; use https://{parts.netloc}")
    return f"{parts.scheme}://{parts.netloc}"
