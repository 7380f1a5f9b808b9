"""Postmark's webhooks for bounces and spam complaints. Source: "Bounce webhook", "Spam complaint webhook"."""

from collections.abc import Iterator

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.mail_report import Kind, MailReport, report
from abandoned_checkouts.intake.mail_providers.reading import event_id, moment

_HARD = ("HardBounce", "BadEmailAddress", "ManuallyDeactivated")
# Postmark repeats these itself, or they are no bounces.
_IGNORED = ("Transient", "AutoResponder", "AddressChange", "Subscribe", "Unsubscribe", "OpenRelayTest", "Unconfirmed")


def reports(body: UntypedJson) -> Iterator[MailReport]:
    """Postmark's MessageID is its own, not that of the header."""
    type_, address, at = body.get("Type"), body.get("Email"), moment(body.get("BouncedAt"))
    if body.get("RecordType") == "SpamComplaint":
        kind: Kind = "complaint"
    elif body.get("RecordType") == "Bounce" and type_ not in _IGNORED:
        kind = "complaint" if type_ == "SpamComplaint" else "hard_bounce" if type_ in _HARD else "soft_bounce"
    else:
        return
    reason = body.get("Details") or body.get("Description") or type_
    made = report(event_id(body.get("ID"), kind, address, at), kind, address, reason, at)
    if made is not None:
        yield made
