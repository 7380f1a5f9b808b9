"""The description of each key of a fault, for docs/testing.md and the OpenAPI description."""

from collections.abc import Mapping

from abandoned_checkouts.twin.fault_values import (
    BULK_FAULTS,
    CONNECTION_FAULTS,
    ENDPOINTS,
    TOKEN_FAULTS,
    WEBHOOK_FAULTS,
)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_TEXT = "`*` and `?` stand for any characters and one character."
# In the order of MATCHES and EFFECTS in fault_rules.
MEANINGS: Mapping[str, str] = {
    "name": "Name of the fault: the journal shows it, and you can delete the fault by it.",
    "endpoint": f"Only this endpoint: {_names(ENDPOINTS)}. Without it, every one that can have the effects.",
    "shop": f"Only the shop with this domain: that of the token or of the host. {_TEXT}",
    "token": "Only requests with this access token.",
    "app": "Only requests of the app with this client id.",
    "method": "Only requests with this HTTP method.",
    "path": f"Only this path of a request, or address of a webhook. {_TEXT}",
    "operation": f"Only the GraphQL operation with this name, else first field. {_TEXT}",
    "topic": f"Only webhooks of this topic, for example `checkouts/*`. {_TEXT}",
    "nth": "Only the n-th match, for example `3` or `[1, 2, 5]`.",
    "succeedFirst": "Number of first matches that succeed.",
    "times": "Maximum number of times.",
    "probability": "Probability of each match, above 0 and at most 1. The same `seed` has the same results.",
    "seed": "Seed for `probability`. Default: 1.",
    "from": "From this instant of the twin's clock on.",
    "until": "Until this instant of the twin's clock.",
    "ttl": "Ends after this duration of the twin's clock, for example `10 minutes`.",
    "latency": "Wait for this duration of real time first, for example `3 seconds`; 10 minutes at most. For a timeout, "
    "wait longer than the client does.",
    "status": "Respond only with this status, from 400 to 599. For webhooks: the receiver's status.",
    "body": "Body of the response with `status`. Default: Shopify's own, or a short JSON.",
    "retryAfter": "Seconds for the header Retry-After.",
    "connection": f"{_names(CONNECTION_FAULTS)}. With `lost-answer`, the request has its effect; no response comes.",
    "truncate": "Send only this part of the body, for example `0.5`.",
    "bytesPerSecond": "Send the body at this speed.",
    "tokenIs": f"{_names(TOKEN_FAULTS)}: the token of the request is refused.",
    "withoutScopes": "The token lacks these scopes.",
    "withoutApprovals": "The app lacks these approvals for protected customer data, for example `email`.",
    "replace": "Replace texts in the body, as an object of old and new texts.",
    "first": "Run these operations of `/__twin` first, each an object with `method`, `path` and `body`. Not possible "
    "in the header, and not with an access token.",
    "errors": "Add GraphQL errors: messages, or objects with `message` and `code`.",
    "nulls": "Set the values at these paths below `data` to null, for example `shop.name`.",
    "throttled": "`true`: the query gets Shopify's THROTTLED error.",
    "webhook": f"{_names(WEBHOOK_FAULTS)}.",
    "bulk": f"{_names(BULK_FAULTS)}: how a bulk operation ends. `failed` leaves partial data.",
    "delay": "Delay of a late webhook or bulk operation, on the twin's clock. Default: 1 hour.",
}


def markdown_table() -> str:
    """The table of docs/testing.md."""
    rows = [f"| `{key}` | {meaning} |" for key, meaning in MEANINGS.items()]
    return "\n".join(["| key | meaning |", "|---|---|", *rows])
