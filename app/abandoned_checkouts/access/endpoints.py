"""Which kinds of callers each endpoint accepts. Other callers get the same response as one without a token."""

from collections.abc import Mapping
from enum import StrEnum

from abandoned_checkouts.access.callers import APP_KINDS, CallerKind


class Endpoint(StrEnum):
    GRAPHQL = "GraphQL"
    REST = "REST"
    TOKEN_REQUESTS = "Token requests"
    WIX = "Wix"
    CONTROL = "Control"
    MERCHANT = "Merchant pages"
    STOREFRONT_INTAKE = "Storefront intake"
    PLATFORM_INTAKE = "Platform webhooks"
    BULK_FILES = "Bulk files"
    RECOVERY = "Recovery pages"
    EXPLORER = "Explorer"
    DOCUMENTATION = "Documentation"
    AGENTS = "MCP server"


_EVERYBODY = frozenset(CallerKind)

ENDPOINT_CALLERS: Mapping[Endpoint, frozenset[CallerKind]] = {
    # A page of the explorer sends the key of its session, which the sign-in cookie cannot replace.
    Endpoint.GRAPHQL: APP_KINDS | {CallerKind.MERCHANT},
    Endpoint.REST: APP_KINDS,
    # Apps authenticate with their client secret, visitors with a client id.
    Endpoint.TOKEN_REQUESTS: _EVERYBODY,
    # Tokens of visitors and members are valid here, but no method allows them: they get 403 instead of 401.
    Endpoint.WIX: APP_KINDS | {CallerKind.VISITOR, CallerKind.MEMBER},
    Endpoint.CONTROL: APP_KINDS,
    Endpoint.MERCHANT: APP_KINDS | {CallerKind.MERCHANT},
    Endpoint.STOREFRONT_INTAKE: APP_KINDS | {CallerKind.STOREFRONT},
    # A signature is checked instead of a token.
    Endpoint.PLATFORM_INTAKE: frozenset({CallerKind.PLATFORM}),
    Endpoint.BULK_FILES: frozenset({CallerKind.SIGNED_LINK}),
    Endpoint.RECOVERY: frozenset({CallerKind.SIGNED_LINK}),
    Endpoint.EXPLORER: _EVERYBODY,
    Endpoint.DOCUMENTATION: _EVERYBODY,
    # Its tools call the other endpoints with the same token, and each of them decides.
    Endpoint.AGENTS: APP_KINDS,
}


def is_accepted(kind: CallerKind, endpoint: Endpoint) -> bool:
    return kind in ENDPOINT_CALLERS[endpoint]
