"""Brevo's webhooks for transactional mails. Source: "Transactional webhooks"."""

from collections.abc import Iterator

from abandoned_checkouts.checkouts.mail_report import Kind, MailReport, report
from abandoned_checkouts.intake.mail_providers.reading import event_id, objects, seconds

# "deferred" is followed by another attempt. "blocked" addresses are on Brevo's own list and receive nothing.
_KINDS: dict[str, Kind] = {
    "hard_bounce": "hard_bounce",
    "invalid_email": "hard_bounce",
    "blocked": "hard_bounce",
    "soft_bounce": "soft_bounce",
    "spam": "complaint",
}


def reports(body: object) -> Iterator[MailReport]:
    for event in objects(body):
        kind, address = _KINDS.get(str(event.get("event"))), event.get("email")
        at = seconds(event.get("ts_event") or event.get("ts"))
        if kind is None:
            continue
        # `id` is that of the webhook.
        name = event_id(None, kind, address, at, event.get("message-id"))
        made = report(name, kind, address, event.get("reason") or event.get("event"), at, event.get("message-id"))
        if made is not None:
            yield made
