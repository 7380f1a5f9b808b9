"""The four grants of Shopify's OAuth: client credentials, authorization code, token exchange and refresh.

A token exchange takes a session token, or a non-expiring offline token, which it replaces by an expiring one.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import jwt

from abandoned_checkouts.access.token_calendar import can_migrate, client_credentials_seconds
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import SECOND, Clock
from abandoned_checkouts.shopify.http.oauth_parameters import GrantError, user_of
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.authorization_codes import OF_USER, redeem_code
from abandoned_checkouts.store.tenants.installations import Installation
from abandoned_checkouts.store.tenants.rotated_tokens import Pair, issue_pair, migrate_token, refresh_pair, was_migrated

# Seconds (Shopify: access tokens).
ONLINE_LIFETIME = 86_399

_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
_ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"
_OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"

# The SDKs' values of `expiring` for a token that expires.
_YES = ("1", "true")

# The JSON of a granted token.
Grant = Json


@dataclass(slots=True)
class Grants:
    """Grants tokens to apps that are authenticated. `clock` returns microseconds."""

    clock: Clock

    def method(
        self, parameters: Mapping[str, str]
    ) -> Callable[[Connection, Installation, Mapping[str, str]], Awaitable[Grant]]:
        """The method for the grant type of a request. It takes connection, app and parameters, and returns the grant.

        Raises GrantError if the grant type is unknown; the methods raise it if they refuse the request.
        """
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
        """Exchange a non-expiring offline token for an expiring one. The old token is revoked."""
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
        """The claims of a session token, which must be signed with the app's secret, for this app and this shop."""
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
        """A user's token, with the permissions in the shop's setting `users`. Other users have all permissions."""
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


def _paired(pair: Pair, now: int) -> Grant:
    return {
        "access_token": pair.access_token,
        "scope": ",".join(pair.scopes),
        "expires_in": (pair.expires_at - now) // SECOND,
        "refresh_token": pair.refresh_token,
        "refresh_token_expires_in": (pair.refresh_expires_at - now) // SECOND,
    }
