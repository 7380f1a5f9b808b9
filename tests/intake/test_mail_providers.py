"""The providers' JSON, as their documentation shows it, and shapes that differ from it."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from abandoned_checkouts.checkouts.mail_report import MailReport
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.intake.mail_providers import (
    amazon_ses,
    amazon_sns,
    brevo,
    mailgun,
    mailjet,
    postmark,
    sendgrid,
)

Json = dict[str, Any]
ADA, AT = "ada@example.com", "2026-09-21T14:20:00Z"
SECONDS = parse_moment(AT) // 1_000_000


def _sns(event: Json) -> Json:
    topic = "arn:aws:sns:us-east-1:123456789012:bounces"
    return {"Type": "Notification", "MessageId": "n1", "TopicArn": topic, "Message": orjson.dumps(event).decode()}


def _ses(kind: str, name: str = "notificationType", **happened: Any) -> Json:
    headers = [{"name": "From", "value": "x"}, {"name": "Message-ID", "value": "<m1@acme.myshopify.com>"}]
    mail = {"messageId": "0000-ses", "headers": headers, "commonHeaders": {"messageId": "<other>"}}
    return {name: kind, kind.lower(): {"timestamp": AT, "feedbackId": "f1", **happened}, "mail": mail}


TO = {"emailAddress": "Ada <Ada@example.com>", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 unknown"}
PERMANENT: Json = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [TO]}
TRANSIENT: Json = {
    "bounceType": "Transient",
    "bounceSubType": "MailboxFull",
    "bouncedRecipients": [{"emailAddress": ADA}],
}
ABUSE: Json = {"complaintFeedbackType": "abuse", "complainedRecipients": [{"emailAddress": ADA}]}


def _sendgrid(event: str, **more: Any) -> Json:
    names = {"sg_event_id": "s1", "smtp-id": "<m1@acme.myshopify.com>"}
    return {"email": ADA, "timestamp": SECONDS, "event": event, **names, **more}


def _mailgun(event: str, **more: Any) -> Json:
    headers = {"to": ADA, "message-id": "m1@acme.myshopify.com"}
    status = {"code": 550, "message": "5.1.1 unknown", "description": ""}
    data = {"event": event, "id": "g1", "recipient": ADA, "timestamp": SECONDS + 0.25, "delivery-status": status}
    return {"signature": {}, "event-data": {**data, "message": {"headers": headers}, **more}}


def _mailgun_end(reason: str) -> Json:
    return _mailgun("failed", severity="permanent", reason=reason)


def _postmark(kind: str, record: str = "Bounce", **more: Any) -> Json:
    ids = {"ID": 4323372036854775807, "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483"}
    texts = {"Name": "Hard bounce", "Description": "The server was unable to deliver", "Details": "unknown"}
    return {
        "RecordType": record,
        "Type": kind,
        **ids,
        **texts,
        "Email": ADA,
        "BouncedAt": "2026-09-21T14:20:00.1234567Z",
        **more,
    }


def _brevo(event: str) -> Json:
    ids = {"id": 26224, "message-id": "<m1@acme.myshopify.com>"}
    return {
        "event": event,
        "email": ADA,
        "date": "2026-09-21 16:20:00",
        "ts_event": SECONDS,
        **ids,
        "reason": "unknown",
    }


def _mailjet(event: str, **more: Any) -> Json:
    ids = {"MessageID": 13792286917004336, "Message_GUID": "g", "CustomID": ""}
    return {"event": event, "time": SECONDS, **ids, "email": ADA, "error": "user unknown", "comment": "", **more}


@pytest.mark.parametrize(
    ("read", "body", "expected"),
    [
        (amazon_ses.reports, _sns(_ses("Bounce", **PERMANENT)), "hard_bounce m1@acme.myshopify.com"),
        (amazon_ses.reports, _ses("Bounce", "eventType", **PERMANENT), "hard_bounce m1@acme.myshopify.com"),
        (amazon_ses.reports, _sns(_ses("Bounce", **TRANSIENT)), "soft_bounce m1@acme.myshopify.com"),
        (amazon_ses.reports, _sns(_ses("Complaint", **ABUSE)), "complaint m1@acme.myshopify.com"),
        (amazon_ses.reports, _sns(_ses("Complaint", **{**ABUSE, "complaintFeedbackType": "not-spam"})), None),
        (amazon_ses.reports, _sns({"notificationType": "Delivery", "delivery": {}}), None),
        (amazon_ses.reports, {"Type": "Notification", "Message": "Successfully validated SNS topic"}, None),
        (amazon_ses.reports, {"Type": "SubscriptionConfirmation", "SubscribeURL": "x", "Message": "You have"}, None),
        (sendgrid.reports, [_sendgrid("bounce", type="bounce")], "hard_bounce m1@acme.myshopify.com"),
        (sendgrid.reports, [_sendgrid("bounce", type="blocked")], "soft_bounce m1@acme.myshopify.com"),
        (sendgrid.reports, [_sendgrid("dropped", reason="Bounced Address")], "hard_bounce m1@acme.myshopify.com"),
        (sendgrid.reports, [_sendgrid("dropped", reason="Unsubscribed Address")], None),
        (sendgrid.reports, [_sendgrid("spamreport")], "complaint m1@acme.myshopify.com"),
        (sendgrid.reports, [_sendgrid("delivered"), _sendgrid("deferred"), _sendgrid("open")], None),
        (mailgun.reports, _mailgun_end("bounce"), "hard_bounce m1@acme.myshopify.com"),
        (mailgun.reports, _mailgun_end("old"), "soft_bounce m1@acme.myshopify.com"),
        (mailgun.reports, _mailgun("failed", severity="temporary", reason="generic"), None),
        (mailgun.reports, _mailgun_end("suppress-unsubscribe"), None),
        (mailgun.reports, _mailgun("complained"), "complaint m1@acme.myshopify.com"),
        (mailgun.reports, _mailgun("delivered"), None),
        (postmark.reports, _postmark("HardBounce"), "hard_bounce None"),
        (postmark.reports, _postmark("SoftBounce"), "soft_bounce None"),
        (postmark.reports, _postmark("Transient"), None),
        (postmark.reports, _postmark("SpamComplaint", "SpamComplaint"), "complaint None"),
        (postmark.reports, _postmark("HardBounce", "Delivery"), None),
        (brevo.reports, _brevo("hard_bounce"), "hard_bounce m1@acme.myshopify.com"),
        (brevo.reports, [_brevo("invalid_email")], "hard_bounce m1@acme.myshopify.com"),
        (brevo.reports, _brevo("soft_bounce"), "soft_bounce m1@acme.myshopify.com"),
        (brevo.reports, _brevo("spam"), "complaint m1@acme.myshopify.com"),
        (brevo.reports, _brevo("deferred"), None),
        (mailjet.reports, _mailjet("bounce", hard_bounce=True), "hard_bounce None"),
        (mailjet.reports, [_mailjet("bounce", hard_bounce=False)], "soft_bounce None"),
        (mailjet.reports, _mailjet("spam", source="JMRPP"), "complaint None"),
        (mailjet.reports, _mailjet("blocked", error_related_to="content"), None),
        (mailjet.reports, _mailjet("sent"), None),
    ],
)  # fmt: skip
def test_documented_events(read: Callable[[Any], Iterable[MailReport]], body: Any, expected: str | None) -> None:
    found = list(read(body))
    assert [f"{each.kind} {each.message_id}" for each in found] == ([] if expected is None else [expected])
    for each in found:
        assert each.address.lower() == ADA
        assert each.happened_at is not None and each.happened_at // 1_000_000 == SECONDS
    # The same event again has the same id, another event another one.
    assert [each.event_id for each in read(body)] == [each.event_id for each in found]


@pytest.mark.parametrize("read", [brevo.reports, mailjet.reports])
def test_events_without_an_id_differ_by_their_time(read: Callable[[Any], Iterable[MailReport]]) -> None:
    one = {**_brevo("hard_bounce"), **_mailjet("hard_bounce" if read is brevo.reports else "bounce", hard_bounce=True)}
    later = {**one, "ts_event": SECONDS + 1, "time": SECONDS + 1}
    ids = {each.event_id for body in (one, later, one) for each in read(body)}
    assert len(ids) == 2


STRANGE: list[Any] = [None, 5, "x", [], {}, [None, 5, []], {"event-data": []}, {"event": []}, {"Message": "{"}]


@pytest.mark.parametrize("body", STRANGE)
def test_strange_bodies_have_no_reports(body: Any) -> None:
    for read in (sendgrid.reports, brevo.reports, mailjet.reports):
        assert list(read(body)) == []
    if isinstance(body, dict):
        for other in (amazon_ses.reports, mailgun.reports, postmark.reports):
            assert list(other(body)) == []


def test_strange_values_within_an_event() -> None:
    assert list(sendgrid.reports(_sendgrid("bounce", email=5))) == []
    assert list(sendgrid.reports(_sendgrid("bounce", email="nobody"))) == []
    [report] = sendgrid.reports(_sendgrid("bounce", timestamp="soon", reason="x" * 900, **{"smtp-id": 5}))
    assert (report.happened_at, len(report.reason), report.message_id) == (None, 500, None)
    strange = _ses("Bounce", bounceType="Permanent", bouncedRecipients=["x", {"emailAddress": ADA}])
    strange["mail"] = {"headers": [5]}
    assert [each.address for each in amazon_ses.reports(_sns(strange))] == [ADA]


def test_a_bounce_of_several_recipients_has_a_report_for_each() -> None:
    two = _ses("Bounce", **{**PERMANENT, "bouncedRecipients": [TO, {"emailAddress": "eve@example.com"}]})
    found = list(amazon_ses.reports(_sns(two)))
    assert len({each.event_id for each in found}) == 2 == len(found)


@pytest.mark.parametrize(
    ("url", "is_of_amazon"),
    [
        ("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=x", True),
        ("https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription", True),
        ("http://sns.us-east-1.amazonaws.com/", False),
        ("https://sns.us-east-1.amazonaws.com:8080/", False),
        ("https://sns.us-east-1.amazonaws.com.evil.example/", False),
        ("https://evil.example/sns.us-east-1.amazonaws.com", False),
        ("https://sns.us-east-1.amazonaws.com@evil.example/", False),
        ("https://bucket.s3.amazonaws.com/", False),
        ("https://[", False),
    ],
)
def test_which_confirmations_are_opened(url: str, is_of_amazon: bool) -> None:
    assert amazon_sns.is_of_amazon(url) is is_of_amazon
    assert amazon_ses.confirmation_url({"Type": "SubscriptionConfirmation", "SubscribeURL": url}) == url
    assert amazon_ses.confirmation_url({"Type": "Notification", "SubscribeURL": url}) is None


def test_the_signature_of_sendgrid() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    der = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    key, body = base64.b64encode(der).decode(), b'[{"event":"bounce"}]\r\n'
    signature = base64.b64encode(private.sign(b"1600112502" + body, ec.ECDSA(hashes.SHA256()))).decode()
    names = ("x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp")
    headers = dict(zip(names, (signature, "1600112502"), strict=True))
    assert sendgrid.is_signed(headers, body, key)
    for wrong in ({**headers, names[1]: "1600112503"}, {**headers, names[0]: "x"}, {}):
        assert not sendgrid.is_signed(wrong, body, key)
    assert not sendgrid.is_signed(headers, body + b" ", key) and not sendgrid.is_signed(headers, body, "x")


def test_the_signature_of_mailgun() -> None:
    digest = hmac.new(b"secret", b"1529006854token", hashlib.sha256).hexdigest()
    signature = {"timestamp": "1529006854", "token": "token", "signature": digest}
    assert mailgun.is_signed({"signature": signature}, "secret")
    for wrong in ({**signature, "token": "other"}, {}, None, "x"):
        assert not mailgun.is_signed({"signature": wrong}, "secret")
    assert not mailgun.is_signed({"signature": signature}, "other")
