"""The kinds of callers. The kind of a token is stored with it."""

from dataclasses import dataclass
from enum import StrEnum

from abandoned_checkouts.checkouts.json_types import UntypedJson


class CallerKind(StrEnum):
    OFFLINE = "offline"
    ONLINE = "online"
    VISITOR = "visitor"
    MEMBER = "member"
    STOREFRONT = "storefront"
    MERCHANT = "merchant"
    DEMO = "demo"
    SIGNED_LINK = "signed_link"
    PLATFORM = "platform"
    ANONYMOUS = "anonymous"


# Kinds whose tokens act for an app, with the app's scopes.
APP_KINDS = frozenset({CallerKind.OFFLINE, CallerKind.ONLINE, CallerKind.DEMO})
# Kinds that have a signature instead of a token.
SIGNED_KINDS = frozenset({CallerKind.SIGNED_LINK, CallerKind.PLATFORM})


@dataclass(frozen=True, slots=True)
class SignedCaller:
    """The caller of a signed URL or the sender of a signed webhook. The signature is the permission: no scopes."""

    kind: CallerKind

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset()

    @property
    def permissions(self) -> frozenset[str] | None:
        return None

    @property
    def app_settings(self) -> UntypedJson:
        return {}


def link_caller(is_genuine: bool) -> SignedCaller:
    """The caller of a URL with a key or signature; an anonymous caller if it is wrong."""
    return SignedCaller(CallerKind.SIGNED_LINK if is_genuine else CallerKind.ANONYMOUS)


def platform_caller(is_genuine: bool) -> SignedCaller:
    """The sender of a webhook that the platform signed; an anonymous caller if the signature is wrong."""
    return SignedCaller(CallerKind.PLATFORM if is_genuine else CallerKind.ANONYMOUS)
