"""The token endpoints of the SDK's AppStrategy and OAuthStrategy: /oauth2/token, /oauth2/token-info, /oauth/access.

An app has a client id and a client secret. An instance id identifies one installation of the app on a shop.
"""

import hmac
import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from abandoned_checkouts.access.callers import APP_KINDS, CallerKind
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import HOUR, SECOND, Clock
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.tenants.access_tokens import find_access
from abandoned_checkouts.store.tenants.authorization_codes import redeem_code
from abandoned_checkouts.store.tenants.installations import (
    Installation,
    find_installations,
    installation_of,
    issue_installation_token,
)
from abandoned_checkouts.wix.endpoint import CORS, endpoint, not_found, read_body
from abandoned_checkouts.wix.errors import InvalidArgumentError, UnauthenticatedError, Violation

# Access tokens are valid for four hours (Wix).
LIFETIME = 4 * HOUR
# The subject of a token: an app, or a visitor of the site.
_APP, _VISITOR = "APP", "VISITOR"


def oauth_routes(database: Database, clock: Clock) -> list[BaseRoute]:
    endpoints = _Endpoints(database, clock)
    elsewhere = Route("/{path:path}", not_found, methods=["GET", "POST"])
    return [
        Mount(
            "/oauth2",
            routes=[
                Route("/token", endpoint(endpoints.token), methods=["POST"]),
                Route("/token-info", endpoint(endpoints.token_info), methods=["POST"]),
                elsewhere,
            ],
            middleware=[CORS],
        ),
        Mount(
            "/oauth",
            routes=[Route("/access", endpoint(endpoints.access), methods=["POST"]), elsewhere],
            middleware=[CORS],
        ),
    ]


class _Endpoints:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def token(self, request: Request) -> Response:
        body = await read_body(request)
        grants = {
            "client_credentials": self._client_credentials,
            "strip_bound_session": self._strip_bound_session,
            "anonymous": self._anonymous,
            "refresh_token": self._visitor_refresh,
        }
        kind = body.get("grant_type") or body.get("grantType")
        if not isinstance(kind, str) or kind not in grants:
            raise _refused("grant_type", f"Expected one of {', '.join(grants)}")
        return json_response(await grants[kind](body))

    async def access(self, request: Request) -> Response:
        """An access token for the refresh token of an installation, or for an authorization code."""
        body = await read_body(request)
        kind = body.get("grant_type")
        if kind not in ("refresh_token", "authorization_code"):
            raise _refused("grant_type", "Expected one of refresh_token, authorization_code")
        secret = _text(body, "refresh_token" if kind == "refresh_token" else "code")
        async with self._database.begin() as connection:
            find = self._refreshed if kind == "refresh_token" else self._redeemed
            app = await find(connection, secret, body)
            if app is None:
                raise UnauthenticatedError(f"the {kind}, client_id or client_secret is incorrect")
            return json_response(await self._granted(connection, app, _APP))

    async def _refreshed(self, connection: Connection, token: str, body: Json) -> Installation | None:
        app = await _app_of(connection, token, _APP)
        return app if app is not None and _is_client(app, body) else None

    async def _redeemed(self, connection: Connection, code: str, body: Json) -> Installation | None:
        """The installation that an authorization code was issued for (by /admin/oauth/authorize). A code is valid
        once."""
        for app in await find_installations(connection, _text(body, "client_id")):
            if not _has_secret(app, body):
                continue
            if await redeem_code(connection, app.shop, app.app_id, code, now=self._clock()):
                return app
        return None

    async def token_info(self, request: Request) -> Response:
        token = _text(await read_body(request), "token")
        async with self._database.read() as connection:
            access = await find_access(connection, token, self._clock(), Endpoint.TOKEN_REQUESTS)
            app = None if access is None else await installation_of(connection, access.shop.id, access.app_id)
        if access is None or app is None:
            return json_response({"active": False})
        info: Json = {
            "active": True,
            "subjectType": _APP if access.kind in APP_KINDS else access.kind.upper(),
            "clientId": app.client_id,
            "instanceId": app.instance_id,
            "siteId": access.shop.uuid,
        }
        if access.expires_at is not None:
            info["exp"] = access.expires_at // SECOND
            info["iat"] = (access.expires_at - LIFETIME) // SECOND
        return json_response(info)

    async def _client_credentials(self, body: Json) -> Json:
        instance_id = _text(body, "instance_id").lower()
        async with self._database.begin() as connection:
            for app in await find_installations(connection, _text(body, "client_id")):
                if app.instance_id == instance_id and _is_client(app, body):
                    return await self._granted(connection, app, _APP)
        raise UnauthenticatedError("no installation has this instance_id, client_id and client_secret")

    async def _strip_bound_session(self, body: Json) -> Json:
        """Exchange an access token that an app received for one that is bound only to the app."""
        async with self._database.begin() as connection:
            access = await find_access(connection, _text(body, "access_token"), self._clock(), Endpoint.TOKEN_REQUESTS)
            if access is not None and access.kind not in APP_KINDS:
                access = None
            app = None if access is None else await installation_of(connection, access.shop.id, access.app_id)
            if app is None or not _has_secret(app, body):
                raise UnauthenticatedError("the access_token or client_secret is incorrect")
            return await self._granted(connection, app, _APP)

    async def _anonymous(self, body: Json) -> Json:
        async with self._database.begin() as connection:
            found = await find_installations(connection, _text(body, "clientId"))
            if not found:
                raise UnauthenticatedError("no app has this clientId")
            return await self._granted(connection, found[0], _VISITOR)

    async def _visitor_refresh(self, body: Json) -> Json:
        token = _text(body, "refreshToken")
        async with self._database.begin() as connection:
            app = await _app_of(connection, token, _VISITOR)
            if app is None or app.client_id != _text(body, "clientId"):
                raise UnauthenticatedError("the refreshToken or clientId is incorrect")
            return await self._granted(connection, app, _VISITOR)

    async def _granted(self, connection: Connection, app: Installation, subject: str) -> Json:
        """The response with a new access token. A visitor's token has no scopes, because this API has no public
        data."""
        now = self._clock()
        actor.set(f"app {app.app_id}")
        scopes = list(app.scopes) if subject == _APP else []
        kind = CallerKind.OFFLINE if subject == _APP else CallerKind.VISITOR
        token = await issue_installation_token(connection, app, scopes, now=now, expires_at=now + LIFETIME, kind=kind)
        return {
            "access_token": token,
            "refresh_token": refresh_token(app, subject),
            "token_type": "Bearer",
            "expires_in": LIFETIME // SECOND,
        }


def refresh_token(app: Installation, subject: str = _APP) -> str:
    """The refresh token of an installation. It is derived from the client secret and never stored; a new secret makes
    it invalid."""
    name = f"{subject}.{app.shop.id}.{app.app_id}"
    return f"{name}.{derived_token(app.client_secret, 'wix refresh token', name)}"


async def _app_of(connection: Connection, token: str, subject: str) -> Installation | None:
    """The installation of a valid refresh token with this subject, else None."""
    match = re.fullmatch(rf"{subject}\.(\d{{1,18}})\.(\d{{1,18}})\.[0-9a-f]{{32}}", token, re.ASCII)
    app = None if match is None else await installation_of(connection, int(match[1]), int(match[2]))
    if app is None or not hmac.compare_digest(refresh_token(app, subject), token):
        return None
    return app


def _is_client(app: Installation, body: Json) -> bool:
    return app.client_id == body.get("client_id") and _has_secret(app, body)


def _has_secret(app: Installation, body: Json) -> bool:
    return hmac.compare_digest(app.client_secret.encode(), str(body.get("client_secret")).encode())


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise _refused(name, "must not be empty")
    return value


def _refused(name: str, description: str) -> InvalidArgumentError:
    return InvalidArgumentError(Violation(name, description, "REQUIRED" if "empty" in description else None))
