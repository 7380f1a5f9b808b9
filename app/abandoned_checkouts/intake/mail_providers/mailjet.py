"""Mailjet's event callbacks, single or in groups. Source: "Event API: Real-time notifications"."""

from collections.abc import Iterator

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.mail_report import Kind, MailReport, report
from abandoned_checkouts.intake.mail_providers.reading import event_id, objects, seconds


def reports(body: object) -> Iterator[MailReport]:
    """Mailjet's MessageID is its own, not that of the header."""
    for event in objects(body):
        kind, address, at = _kind(event), event.get("email"), seconds(event.get("time"))
        if kind is None:
            continue
        reason = ": ".join(str(event[name]) for name in ("error", "comment", "source") if event.get(name))
        made = report(event_id(None, kind, address, at, event.get("MessageID")), kind, address, reason, at)
        if made is not None:
            yield made


def _kind(event: UntypedJson) -> Kind | None:
    match event.get("event"):
        case "bounce":
            return "hard_bounce" if event.get("hard_bounce") is True else "soft_bounce"
        case "spam":
            return "complaint"
        case "blocked":
            # Others concern the content or the sender, not the address.
            return "soft_bounce" if event.get("error_related_to") == "recipient" else None
    return None
