"""Finds the shop and the app of a request, for the journal and for faults."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.shopify.http.refusals import SHOPIFY_DOMAIN
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.tenants.access_tokens import TokenOwner, owner_of
from abandoned_checkouts.store.tenants.installations import find_installations, find_site
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.twin.recorded_request import RecordedRequest, object_of

# Paths with the number of a shop: recovery links, results of bulk operations, reports of mail providers.
_NUMBER = re.compile(r"/(?:bulk-operations/|intake/mail/)?(\d+)/.*")


@dataclass(frozen=True, slots=True)
class RequestOwner:
    """The shop and the app that a request belongs to. What is unknown is None."""

    shop: str | None = None
    client_id: str | None = None
    token: TokenOwner | None = None


class RequestOwners:
    """Remembers the owners of tokens, which never change. `forget` is for a store whose content was replaced."""

    def __init__(self) -> None:
        self._database: Database | None = None
        self._owners: dict[str, TokenOwner] = {}

    def begin(self, database: Database) -> None:
        self._database = database

    def forget(self) -> None:
        self._owners.clear()

    async def of(self, request: RecordedRequest) -> RequestOwner:
        """A request to the domain of a Shopify shop is for that shop. Else its token says the shop, or its client id,
        its host, a header with the shop, or the number in its path."""
        if self._database is None:
            return RequestOwner()
        headers, token = request.request_headers(), self._owners.get(request.token)
        host = headers.get("host", "").lower()
        named = host.partition(":")[0] if host.partition(":")[0].endswith(SHOPIFY_DOMAIN) else None
        if token is not None:
            return RequestOwner(named or token.shop, token.client_id, token)
        try:
            async with self._database.read() as connection:
                token = await owner_of(connection, request.token) if request.token else None
                if token is not None:
                    self._owners[request.token] = token
                    return RequestOwner(named or token.shop, token.client_id, token)
                client_id = _client_id(request) if request.endpoint == "oauth" else None
                found = await self._of_client(connection, client_id, host) if client_id else None
                return RequestOwner(named or found or await _named(connection, request, host), client_id)
        except StoreError:
            # The response of the endpoint reports it.
            return RequestOwner(named)

    async def _of_client(self, connection: Connection, client_id: str, host: str) -> str | None:
        """The shop in which the app is installed; with several, the one of the host."""
        domains = [found.shop.domain for found in await find_installations(connection, client_id)]
        return domains[0] if len(domains) == 1 else next((each for each in domains if each == host), None)


async def _named(connection: Connection, request: RecordedRequest, host: str) -> str | None:
    """The shop that the headers or the path name."""
    headers, path = request.request_headers(), _NUMBER.fullmatch(request.scope["path"])
    for domain in (host, host.partition(":")[0], headers.get("x-shopify-shop-domain", "")):
        shop = await find_shop(connection, domain) if domain else None
        if shop is not None:
            return shop.domain
    site = headers.get("wix-site-id", "").strip().lower()
    number = whole_number(path[1]) if path else None
    shop = await find_site(connection, site) if site else None
    if shop is None and number is not None:
        shop = await find_shop(connection, number)
    return None if shop is None else shop.domain


def _client_id(request: RecordedRequest) -> str | None:
    """The client id in the body of a token request, which is JSON or a form, or in the URL."""
    text = bytes(request.body).decode("utf-8", "replace")
    values: UntypedJson = object_of(text)
    query = request.scope.get("query_string", b"").decode("latin-1")
    for name in ("client_id", "clientId"):
        found = values.get(name) or next(iter(parse_qs(text).get(name) or parse_qs(query).get(name) or ()), None)
        if isinstance(found, str) and "\0" not in found:
            return found
    return None
