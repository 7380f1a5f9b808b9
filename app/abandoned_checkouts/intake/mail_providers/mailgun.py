"""Mailgun's webhooks, with or without their signature. Source: "Webhooks", "Events"."""

import hashlib
import hmac
from collections.abc import Iterator

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.mail_report import Kind, MailReport, report
from abandoned_checkouts.intake.mail_providers.reading import event_id, part, seconds

# Reasons of Mailgun itself for not sending a mail.
_HARD, _COMPLAINED = ("bounce", "suppress-bounce"), ("suppress-complaint",)


def reports(body: UntypedJson) -> Iterator[MailReport]:
    event = body.get("event-data")
    kind = _kind(event)
    if kind is None:
        return
    status, at = part(event, "delivery-status"), seconds(part(event, "timestamp"))
    reason = part(status, "message") or part(status, "description") or part(event, "reason")
    address, message_id = part(event, "recipient"), part(event, "message", "headers", "message-id")
    made = report(event_id(part(event, "id"), kind, address, at), kind, address, reason, at, message_id)
    if made is not None:
        yield made


def _kind(event: object) -> Kind | None:
    """A temporary failure is followed by another attempt of Mailgun, and by a permanent one after the last."""
    if part(event, "event") == "complained":
        return "complaint"
    if part(event, "event") != "failed" or part(event, "severity") != "permanent":
        return None
    reason = part(event, "reason")
    if reason in _COMPLAINED:
        return "complaint"
    if reason == "suppress-unsubscribe":
        return None
    return "hard_bounce" if reason in _HARD else "soft_bounce"


def is_signed(body: UntypedJson, key: str) -> bool:
    """Whether the message has the HMAC-SHA256 of its timestamp and token by the account's webhook signing key."""
    signature = body.get("signature")
    text = f"{part(signature, 'timestamp')}{part(signature, 'token')}"
    expected = hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), str(part(signature, "signature")).encode())
