"""The kinds of callers. The kind of a token is stored with it."""

from enum import StrEnum


class CallerKind(StrEnum):
    OFFLINE = "offline"
    ONLINE = "online"
    VISITOR = "visitor"
    MEMBER = "member"
    STOREFRONT = "storefront"
    MERCHANT = "merchant"
    DEMO = "demo"
    SIGNED_LINK = "signed_link"
    ANONYMOUS = "anonymous"


# Kinds whose tokens act for an app, with the app's scopes.
APP_KINDS = frozenset({CallerKind.OFFLINE, CallerKind.ONLINE, CallerKind.DEMO})
