"""SendGrid's Event Webhook, with or without its signature. Source: "Event Webhook Reference", "… Security Features"."""

import base64
import binascii
from collections.abc import Iterator, Mapping

from abandoned_checkouts.checkouts.mail_report import Kind, MailReport, report
from abandoned_checkouts.intake.mail_providers.reading import event_id, objects, seconds

_SIGNATURE, _TIMESTAMP = "x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp"
# Why SendGrid itself did not send a mail, by the start of its reason.
_DROPPED: dict[str, Kind] = {
    "bounced address": "hard_bounce",
    "invalid": "hard_bounce",
    "spam reporting address": "complaint",
}


def reports(body: object) -> Iterator[MailReport]:
    for event in objects(body):
        kind, reason = _kind(event.get("event"), event.get("type"), event.get("reason")), event.get("reason")
        if kind is None:
            continue
        address, at, message_id = event.get("email"), seconds(event.get("timestamp")), event.get("smtp-id")
        name = event_id(event.get("sg_event_id"), kind, address, at)
        made = report(name, kind, address, reason or event.get("status"), at, message_id)
        if made is not None:
            yield made


def _kind(event: object, type_: object, reason: object) -> Kind | None:
    if event == "bounce":
        # "blocked" is a temporary refusal.
        return "soft_bounce" if type_ == "blocked" else "hard_bounce"
    if event == "dropped":
        start = str(reason or "").lower()
        return next((kind for text, kind in _DROPPED.items() if start.startswith(text)), None)
    return "complaint" if event == "spamreport" else None


def is_signed(headers: Mapping[str, str], body: bytes, key: str) -> bool:
    """Whether the body is signed with SendGrid's key of this webhook: base64 of an ECDSA public key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        public = load_der_public_key(base64.b64decode(key, validate=True))
        signature = base64.b64decode(headers.get(_SIGNATURE, ""), validate=True)
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        public.verify(signature, headers.get(_TIMESTAMP, "").encode() + body, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
