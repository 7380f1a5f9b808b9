"""Access tokens for apps: POST /admin/oauth/access_token as the SDKs send it, and GET /admin/oauth/authorize.

There are four grants: client credentials, authorization code, token exchange (a session token for an access token) and
refresh. The shop is that of the request's Host, or the only one where the app is installed.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import jwt
import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from abandoned_checkouts.access.scope_names import unknown_scope
from abandoned_checkouts.access.token_calendar import can_migrate, client_credentials_seconds
from abandoned_checkouts.checkouts.json_types import Json
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
from abandoned_checkouts.shopify.http.oauth_parameters import GrantError, parameters_of, user_of
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
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.authorization_codes import OF_USER, new_code, redeem_code
from abandoned_checkouts.store.tenants.installations import Installation, find_installations
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.store.tenants.rotated_tokens import Pair, issue_pair, migrate_token, refresh_pair, was_migrated
from abandoned_checkouts.store.tenants.shops import find_shop

# Seconds (Shopify: access tokens).
ONLINE_LIFETIME = 86_399

_TOKEN_PATH = "/admin/oauth/access_token"
_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
_ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"
_OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"

# The SDKs' values of `expiring` for a token that expires.
_YES = ("1", "true")

# The JSON of a granted token.
Grant = Json


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
        """The handler. If it fails, the error is logged, and the response is an internal error without details."""

        async def endpoint(http: Request) -> Response:
            try:
                return await handler(http)
            except RefusedError as refused:
                return refuse(http, refused.refusal, {})
            except GrantError as refused:
                return respond(http, orjson.dumps(refused.body), {"cache-control": "no-store"}, refused.status)
            except Exception as problem:
                request_id = new_request_id(lambda: self.clock() / SECOND)
                log_failure(request_id, problem)
                return refuse(http, INTERNAL, {"x-request-id": request_id})

        return endpoint

    async def _access_token(self, http: Request) -> Response:
        headers = {"x-request-id": new_request_id(lambda: self.clock() / SECOND), "cache-control": "no-store"}
        try:
            parameters = await parameters_of(http)
            async with self.database.begin() as connection:
                await self._check_host(connection, http)
                installation = await self._installation(connection, http, parameters)
                check_available(installation.shop)
                grant = await self._grant_method(parameters)(connection, installation, parameters)
        except RefusedError as refused:
            return refuse(http, refused.refusal, headers)
        except GrantError as refused:
            return respond(http, orjson.dumps(refused.body), headers, refused.status)
        # A grant can revoke tokens, which this process must refuse from its next request on.
        RecentAccess.forget_all()
        return respond(http, orjson.dumps(grant), headers)

    def _grant_method(
        self, parameters: Mapping[str, str]
    ) -> Callable[[Connection, Installation, Mapping[str, str]], Awaitable[Grant]]:
        kind = parameters.get("grant_type") or ("authorization_code" if parameters.get("code") else "")
        grants = {
            "client_credentials": self._client_credentials,
            "authorization_code": self._code,
            "refresh_token": self._refresh,
            _TOKEN_EXCHANGE: self._exchange,
        }
        if kind not in grants:
            raise GrantError(400, "unsupported_grant_type", f"grant_type must be one of {', '.join(grants)}")
        return grants[kind]

    async def _check_host(self, connection: Connection, http: Request) -> None:
        """Raises RefusedError at the host of a shop that this server does not have."""
        domain = http.headers.get("host", "").lower().partition(":")[0]
        if domain.endswith(SHOPIFY_DOMAIN) and await find_shop(connection, domain) is None:
            raise RefusedError(*NOT_FOUND)

    async def _installation(self, connection: Connection, http: Request, parameters: Mapping[str, str]) -> Installation:
        """The app in the request's shop. A secret is compared in constant time even if the app does not exist."""
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
        """The app, by its client assertion."""
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

    async def _client_credentials(
        self, connection: Connection, app: Installation, parameters: Mapping[str, str]
    ) -> Grant:
        lifetime = client_credentials_seconds(app.kind)
        return await self._token(connection, app, list(app.scopes), lifetime=lifetime)

    async def _code(self, connection: Connection, app: Installation, parameters: Mapping[str, str]) -> Grant:
        code = parameters.get("code", "")
        if not await redeem_code(connection, app.shop, app.app_id, code, now=self.clock()):
            raise GrantError(400, "invalid_request", "The authorization code was not found or was already used")
        if code.startswith(OF_USER):
            return await self._online(connection, app, list(app.scopes), "")
        return await self._offline(connection, app, list(app.scopes), parameters)

    async def _refresh(self, connection: Connection, app: Installation, parameters: Mapping[str, str]) -> Grant:
        token = parameters.get("refresh_token", "")
        now = self.clock()
        pair = await refresh_pair(connection, app.shop, app.app_id, token, now)
        if pair is None:
            raise GrantError(401, "invalid_request", "This request requires an active refresh_token")
        return _paired(pair, now)

    async def _exchange(self, connection: Connection, app: Installation, parameters: Mapping[str, str]) -> Grant:
        subject = parameters.get("subject_token_type", _ID_TOKEN)
        requested = parameters.get("requested_token_type", _OFFLINE)
        if subject == requested == _OFFLINE:
            return await self._migrate(connection, app, parameters)
        if subject != _ID_TOKEN:
            raise GrantError(400, "invalid_request", f"subject_token_type must be {_ID_TOKEN}")
        claims = self._session(app, parameters.get("subject_token", ""))
        if requested == _OFFLINE:
            return await self._offline(connection, app, list(app.scopes), parameters)
        if requested != _ONLINE:
            raise GrantError(400, "invalid_request", f"requested_token_type must be {_OFFLINE} or {_ONLINE}")
        return await self._online(connection, app, list(app.scopes), str(claims.get("sub", "")))

    async def _migrate(self, connection: Connection, app: Installation, parameters: Mapping[str, str]) -> Grant:
        """Exchange a token that does not expire for one that does. The old token is revoked."""
        if parameters.get("expiring") not in _YES:
            raise GrantError(400, "invalid_request", "The exchange of an offline token requires expiring=1")
        token = parameters.get("subject_token", "")
        now, pair = self.clock(), None
        if can_migrate(app.kind, now) or await was_migrated(connection, app.shop, app.app_id, token):
            pair = await migrate_token(connection, app.shop, app.app_id, token, now)
        if pair is None:
            raise GrantError(
                400, "invalid_subject_token", "subject_token is not a non-expiring offline token of this app"
            )
        return _paired(pair, now)

    def _session(self, app: Installation, token: str) -> dict[str, object]:
        """The claims of a session token: signed with the app's secret, for this app and this shop."""
        try:
            claims: dict[str, object] = jwt.decode(
                token,
                app.client_secret,
                algorithms=["HS256"],
                audience=app.client_id,
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            raise GrantError(400, "invalid_subject_token", "The session token is not signed for this app") from None
        now = self.clock() / SECOND
        expires = claims.get("exp")
        if not isinstance(expires, int | float) or expires <= now:
            raise GrantError(400, "invalid_subject_token", "The session token has expired")
        if urlsplit(str(claims.get("dest", ""))).netloc != app.shop.domain:
            raise GrantError(400, "invalid_subject_token", "The session token is for another shop")
        return claims

    async def _online(self, connection: Connection, app: Installation, scopes: list[str], subject: str) -> Grant:
        """A token of a user, with the permissions in the shop's setting `users`. Other users have every permission."""
        user = user_of(app, subject)
        permissions = app.shop.settings.get("users", {}).get(str(user["id"]))
        grant = await self._token(
            connection,
            app,
            scopes,
            lifetime=ONLINE_LIFETIME,
            kind="online",
            user=None if permissions is None else {"id": user["id"], "permissions": permissions},
        )
        user["account_owner"] = permissions is None
        return grant | {"associated_user_scope": ",".join(scopes), "associated_user": user}

    async def _offline(
        self, connection: Connection, app: Installation, scopes: list[str], parameters: Mapping[str, str]
    ) -> Grant:
        if parameters.get("expiring") not in _YES:
            return await self._token(connection, app, scopes)
        now = self.clock()
        return _paired(await issue_pair(connection, app.shop, app.app_id, scopes, now), now)

    async def _token(
        self,
        connection: Connection,
        app: Installation,
        scopes: list[str],
        *,
        lifetime: int | None = None,
        kind: str = "offline",
        user: Json | None = None,
    ) -> Grant:
        now = self.clock()
        token = await issue_token(
            connection,
            app.shop,
            scopes,
            now=now,
            app_id=app.app_id,
            expires_at=None if lifetime is None else now + lifetime * SECOND,
            kind=kind,
            user=user,
        )
        grant: Grant = {"access_token": token, "scope": ",".join(scopes)}
        return grant if lifetime is None else grant | {"expires_in": lifetime}

    async def _authorize(self, http: Request) -> Response:
        """Where Shopify asks the merchant to approve the app, this server approves every installed app at once.

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


def _paired(pair: Pair, now: int) -> Grant:
    return {
        "access_token": pair.access_token,
        "scope": ",".join(pair.scopes),
        "expires_in": (pair.expires_at - now) // SECOND,
        "refresh_token": pair.refresh_token,
        "refresh_token_expires_in": (pair.refresh_expires_at - now) // SECOND,
    }
