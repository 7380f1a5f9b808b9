"""Converts sent messages and mails to entries of the journal."""

from urllib.parse import urlsplit

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.deliveries import Attempt
from abandoned_checkouts.work.sender import Message

# The headers of Shopify's and of this server's own messages. Wix's have the same inside their signed body.
_PREFIXES = ("x-shopify-", "x-abandoned-checkouts-")


def delivery_entry(message: Message, attempt: Attempt) -> UntypedJson:
    headers = {name.lower(): value for name, value in message.headers.items()}
    return {
        "topic": _header(headers, "topic"),
        "shop": _header(headers, "shop-domain"),
        "webhookId": _header(headers, "webhook-id"),
        "address": message.address,
        "host": urlsplit(message.address).hostname,
        "status": attempt.status,
        "outcome": "delivered" if attempt.problem is None else "failed",
        "problem": attempt.problem,
        "durationMillis": attempt.milliseconds,
        "request": {"headers": message.headers, "body": message.body.decode("utf-8", "replace")},
        "response": {"body": attempt.response},
    }


def _header(headers: dict[str, str], name: str) -> str | None:
    return next((headers[prefix + name] for prefix in _PREFIXES if prefix + name in headers), None)


def mail_entry(mail: Row) -> UntypedJson:
    """The entry of a mail without its texts. The row also has the `domain` of its shop."""
    return {
        "shop": mail["domain"],
        "messageId": mail["id"],
        "to": mail["recipient"],
        "from": mail["sender"],
        "subject": mail["subject"],
        "locale": mail["locale"],
        "checkoutId": mail["checkout_id"],
        "flowId": mail["flow_id"],
    }
