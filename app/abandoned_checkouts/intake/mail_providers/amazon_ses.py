"""Amazon SES, by a topic of Amazon SNS (see amazon_sns).

Source: "Amazon SNS notification contents for Amazon SES", "Event data that Amazon SES publishes to Amazon SNS",
"Parsing Amazon SNS message formats".
"""

from collections.abc import Iterator

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.mail_report import Kind, MailReport, report
from abandoned_checkouts.intake.mail_providers.reading import event_id, moment, objects, part


def reports(message: UntypedJson) -> Iterator[MailReport]:
    for event in objects(_event(message)):
        # Notifications of an identity have notificationType, events of a configuration set have eventType.
        kind = event.get("notificationType") or event.get("eventType")
        yield from _bounces(event) if kind == "Bounce" else _complaints(event) if kind == "Complaint" else ()


def confirmation_url(message: UntypedJson) -> str | None:
    """The URL that confirms the subscription to the topic, if this message asks for it."""
    url = message.get("SubscribeURL")
    return str(url) if message.get("Type") == "SubscriptionConfirmation" and isinstance(url, str) else None


def _event(message: UntypedJson) -> object:
    if message.get("Type") not in ("Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"):
        return message
    try:
        return orjson.loads(str(message.get("Message") or ""))
    except orjson.JSONDecodeError:
        return None


def _bounces(event: UntypedJson) -> Iterator[MailReport]:
    bounce = event.get("bounce")
    kind: Kind = "hard_bounce" if part(bounce, "bounceType") == "Permanent" else "soft_bounce"
    subtype = part(bounce, "bounceSubType")
    for each in objects(part(bounce, "bouncedRecipients")):
        reason = each.get("diagnosticCode") or each.get("status") or f"{part(bounce, 'bounceType')}: {subtype}"
        yield from _one(event, kind, bounce, each, reason)


def _complaints(event: UntypedJson) -> Iterator[MailReport]:
    complaint = event.get("complaint")
    # "not-spam": the receiver moved a mail out of the folder for spam.
    if part(complaint, "complaintFeedbackType") == "not-spam":
        return
    reason = part(complaint, "complaintFeedbackType") or part(complaint, "complaintSubType")
    for each in objects(part(complaint, "complainedRecipients")):
        yield from _one(event, "complaint", complaint, each, reason)


def _one(
    event: UntypedJson, kind: Kind, happened: object, recipient: UntypedJson, reason: object
) -> Iterator[MailReport]:
    address = recipient.get("emailAddress")
    feedback = part(happened, "feedbackId")
    name = event_id(f"{feedback}/{address}" if feedback else None, kind, address, part(event, "mail", "messageId"))
    made = report(name, kind, address, reason, moment(part(happened, "timestamp")), _message_id(event))
    if made is not None:
        yield made


def _message_id(event: UntypedJson) -> object:
    """SES replaces Message-ID, but reports the original headers."""
    for header in objects(part(event, "mail", "headers")):
        if str(header.get("name")).lower() == "message-id":
            return header.get("value")
    return part(event, "mail", "commonHeaders", "messageId")
