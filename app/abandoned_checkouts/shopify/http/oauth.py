"""Access tokens for apps: POST /admin/oauth/access_token as the SDKs send it, and GET /admin/oauth/authorize.

This module authenticates the app and authorizes it; oauth_grants issues the tokens. The shop is that of the request's
Host, or the only one where the app is installed.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from abandoned_checkouts.access.scope_names import unknown_scope
from abandoned_checkouts.checkouts.moment import SECOND, Clock
from abandoned_checkouts.http_kit.failures import log_failure
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import Handler
from abandoned_checkouts.shopify.http import client_assertions
from abandoned_checkouts.shopify.http.client_assertions import (
    ClientAssertionError,
    check_assertion,
    named_client,
)
from abandoned_checkouts.shopify.http.oauth_grants import Grants
from abandoned_checkouts.shopify.http.oauth_parameters import GrantError, parameters_of
from abandoned_checkouts.shopify.http.refusals import (
    BAD_REQUEST,
    INTERNAL,
    NOT_FOUND,
    SHOPIFY_DOMAIN,
    check_available,
)
from abandoned_checkouts.shopify.http.request_id import new_request_id
from abandoned_checkouts.shopify.http.transport import refuse, respond
from abandoned_checkouts.shopify.values.storable import storable
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.tenants.authorization_codes import new_code
from abandoned_checkouts.store.tenants.installations import Installation, find_installations
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.store.tenants.shops import find_shop

_TOKEN_PATH = "/admin/oauth/access_token"


@dataclass(slots=True)
class OAuthEndpoints:
    """`clock` returns microseconds."""

    database: Database
    clock: Clock

    def routes(self) -> list[Route]:
        return [
            Route(_TOKEN_PATH, self._endpoint(self._access_token), methods=["POST"]),
            Route("/admin/oauth/authorize", self._endpoint(self._authorize), methods=["GET"]),
        ]

    def _endpoint(self, handler: Handler) -> Handler:
        """Wraps the handler: an unexpected error is logged, and the response is an internal error without details."""

        async def endpoint(http: Request) -> Response:
            try:
                return await handler(http)
            except RefusedError as refused:
                return refuse(http, refused.refusal, {})
            except GrantError as refused:
                return respond(http, orjson.dumps(refused.body), {"cache-control": "no-store"}, refused.status)
            except Exception as problem:
                request_id = new_request_id(self.clock())
                log_failure(request_id, problem)
                return refuse(http, INTERNAL, {"x-request-id": request_id})

        return endpoint

    async def _access_token(self, http: Request) -> Response:
        headers = {"x-request-id": new_request_id(self.clock()), "cache-control": "no-store"}
        try:
            parameters = await parameters_of(http)
            async with self.database.begin() as connection:
                await self._check_host(connection, http)
                installation = await self._installation(connection, http, parameters)
                check_available(installation.shop)
                grant = await Grants(self.clock).method(parameters)(connection, installation, parameters)
        except RefusedError as refused:
            return refuse(http, refused.refusal, headers)
        except GrantError as refused:
            return respond(http, orjson.dumps(refused.body), headers, refused.status)
        # A grant can revoke tokens. This process must refuse them from the next request on.
        RecentAccess.forget_all()
        return respond(http, orjson.dumps(grant), headers)

    async def _check_host(self, connection: Connection, http: Request) -> None:
        """Raises RefusedError if the host is the domain of an unknown shop."""
        domain = http.headers.get("host", "").lower().partition(":")[0]
        if domain.endswith(SHOPIFY_DOMAIN) and await find_shop(connection, domain) is None:
            raise RefusedError(*NOT_FOUND)

    async def _installation(self, connection: Connection, http: Request, parameters: Mapping[str, str]) -> Installation:
        """The app in the request's shop. The secret is compared in constant time, also if the app does not exist."""
        assertion = parameters.get("client_assertion", "")
        client_id = parameters.get("client_id", "") or named_client(assertion)
        found = await find_installations(connection, client_id)
        host = http.headers.get("host", "").lower()
        here = [each for each in found if each.shop.domain in (host, host.partition(":")[0])]
        chosen = here[0] if here else (found[0] if len(found) == 1 else None)
        if assertion or "client_assertion_type" in parameters:
            return self._asserted(http, chosen, parameters)
        secret = chosen.client_secret if chosen else ""
        if not hmac.compare_digest(secret.encode(), parameters.get("client_secret", "").encode()) or chosen is None:
            raise GrantError(
                401, "invalid_client", "client_id or client_secret is wrong, or the app is not installed in this shop"
            )
        actor.set(f"app {chosen.app_id}")
        return chosen

    def _asserted(self, http: Request, app: Installation | None, parameters: Mapping[str, str]) -> Installation:
        """The app, authenticated by its client assertion."""
        if parameters.get("client_assertion_type") != client_assertions.TYPE:
            raise GrantError(400, "invalid_request", f"client_assertion_type must be {client_assertions.TYPE}")
        if app is None:
            raise GrantError(401, "invalid_client", "the app is not known, or not installed in this shop")
        if not app.assertion_key:
            raise GrantError(401, "invalid_client", "the app has no public key; set it by `app key`")
        audiences = [f"https://{app.shop.domain}{_TOKEN_PATH}", str(http.url).partition("?")[0]]
        assertion, seconds = parameters.get("client_assertion", ""), self.clock() / SECOND
        try:
            check_assertion(assertion, app.client_id, app.assertion_key, audiences, seconds)
        except ClientAssertionError as problem:
            raise GrantError(401, "invalid_client", f"client_assertion: {problem}") from None
        actor.set(f"app {app.app_id}")
        return app

    async def _authorize(self, http: Request) -> Response:
        """Redirects to the app with a code. Shopify asks the merchant to approve the app; this server does not.

        The redirect with the code is signed as Shopify signs it, and goes only to one of the app's redirect_urls.
        """
        parameters: dict[str, str] = storable(dict(http.query_params))
        target = parameters.get("redirect_uri", "")
        async with self.database.read() as connection:
            await self._check_host(connection, http)
            found = await find_installations(connection, parameters.get("client_id", ""))
            host = http.headers.get("host", "").lower()
            here = [each for each in found if each.shop.domain in (host, host.partition(":")[0])] or found
            if len(here) != 1:
                return refuse(http, NOT_FOUND, {})
            app = here[0]
            check_available(app.shop)
            problem = unknown_scope(part for part in re.split(r"[\s,]+", parameters.get("scope", "")) if part)
            if problem is not None:
                raise GrantError(400, "invalid_scope", problem)
            if target not in app.redirect_urls:
                return refuse(http, BAD_REQUEST, {})
            now = self.clock()
            of_user = parameters.get("grant_options[]") == "per-user"
            code = new_code(connection, app.shop, app.app_id, now=now, of_user=of_user)
        host = base64.b64encode(f"{app.shop.domain}/admin".encode()).decode().rstrip("=")
        reply = {"code": code, "host": host, "shop": app.shop.domain, "timestamp": str(now // SECOND)}
        if "state" in parameters:
            reply["state"] = parameters["state"]
        signed = "&".join(f"{name}={value}" for name, value in sorted(reply.items()))
        reply["hmac"] = hmac.new(app.client_secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
        return RedirectResponse(f"{target}{'&' if '?' in target else '?'}{urlencode(reply)}", 302)
