"""The access token of a Shopify source: given once, or issued for a client id and secret and refreshed in time.

The credentials are a JSON object: `access_token`, or `client_id` and `client_secret`, with `refresh_token` if the shop
authorized a public app. `expires_at` is in microseconds.
"""

from collections.abc import Awaitable, Callable

import httpx

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MINUTE, SECOND, Clock
from abandoned_checkouts.sync.requests import Sleep, send
from abandoned_checkouts.sync.source import SourceError

# A token is refreshed this long before it expires, so that no request is sent with an expired one.
_EARLY = 5 * MINUTE

Save = Callable[[UntypedJson], Awaitable[None]]


class ShopifyTokens:
    """`save` stores new credentials before they are used, because a refresh token can be used only once."""

    def __init__(
        self, http: httpx.AsyncClient, url: str, credentials: UntypedJson, clock: Clock, save: Save, sleep: Sleep
    ) -> None:
        self._http, self._url, self._clock, self._save, self._sleep = http, url, clock, save, sleep
        self._credentials = credentials

    @property
    def can_renew(self) -> bool:
        return bool(self._credentials.get("client_id"))

    async def token(self) -> str:
        """A token that is valid now. Raises SourceError."""
        known = self._credentials
        expires_at = known.get("expires_at")
        is_over = expires_at is not None and self._clock() > expires_at - _EARLY
        if self.can_renew and (is_over or not known.get("access_token")):
            await self.renew()
        return str(self._credentials["access_token"])

    async def renew(self) -> None:
        """Get another token. The same refresh token is sent again if the response is lost. Raises SourceError."""
        known = self._credentials
        asked = {"client_id": known["client_id"], "client_secret": known["client_secret"]}
        if known.get("refresh_token"):
            asked |= {"grant_type": "refresh_token", "refresh_token": known["refresh_token"]}
        else:
            asked |= {"grant_type": "client_credentials"}
        address = f"{self._url}/admin/oauth/access_token"
        headers = {"accept": "application/json"}
        response = await send(self._http, "POST", address, sleep=self._sleep, headers=headers, json=asked, read=_read)
        if "access_token" not in response:
            reason = response.get("error_description") or response.get("error") or response.get("errors") or response
            raise SourceError(
                f"{httpx.URL(self._url).host} refuses the client id and secret ({reason}); authorize the app again "
                "and set the new credentials with `sync renew`"
            )
        lifetime = response.get("expires_in")
        self._credentials = {
            **known,
            "access_token": response["access_token"],
            "refresh_token": response.get("refresh_token") or known.get("refresh_token"),
            "expires_at": None if lifetime is None else self._clock() + round(float(lifetime) * SECOND),
        }
        await self._save(self._credentials)


def _read(response: httpx.Response) -> UntypedJson:
    found = response.json()
    if not isinstance(found, dict):
        raise ValueError("it is not a JSON object")
    return found
