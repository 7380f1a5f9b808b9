"""Webhooks and mails that the server sent, as records."""

import base64
import email
import email.policy
import hashlib
import hmac
from collections.abc import Iterator

from tests.promises.same_bytes.receivers import MailBox, Receiver
from tests.promises.same_bytes.records import Record, order_of, text_of

_SIGNATURES = ("x-shopify-hmac-sha256", "x-abandoned-checkouts-hmac-sha256")


def sent_records(chapter: str, receiver: Receiver, box: MailBox, secrets: list[str]) -> Iterator[Record]:
    """Records of what was sent since the last call. Deliveries and mails are sent in parallel, so they are sorted."""
    webhooks = [_webhook(*each, secrets) for each in receiver.received]
    mails = [_mail(*each) for each in box.mails]
    receiver.received.clear()
    box.mails.clear()
    for kind, found in (("webhook", webhooks), ("mail", mails)):
        yield from sorted((Record(f"{kind} {chapter}", *each) for each in found), key=order_of)


def _webhook(
    line: str, headers: list[list[str]], body: bytes, secrets: list[str]
) -> tuple[str, int, list[list[str]], str]:
    shown = [[name, _verified(text, body, secrets) if name.lower() in _SIGNATURES else text] for name, text in headers]
    return line, 0, shown, text_of(body)


def _verified(signature: str, body: bytes, keys: list[str]) -> str:
    for number, key in enumerate(keys):
        digest = base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()
        if digest == signature:
            return f"<signed with secret {number}>"
    return signature


def _mail(sender: str, recipients: list[str], content: bytes) -> tuple[str, int, list[list[str]], str]:
    """The headers as they were sent, and each part's headers and text."""
    found = email.message_from_bytes(content, policy=email.policy.default)
    parts = [
        "\n".join([*(f"{name}: {value}" for name, value in part.items()), "", str(part.get_content())])
        for part in found.walk()
        if not part.is_multipart()
    ]
    head = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    return f"mail from {sender} to {', '.join(recipients)}", 0, [["head", head]], "\n\n".join(parts)
