"""A shop's URLs for the webhooks of mail providers, and the keys with which some providers sign them."""

import base64
import binascii

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.shop import Shop

# The name of the setting: the number of the current secret, `keys` by provider, and an open SNS confirmation.
MAIL_EVENTS = "mail_events"
PROVIDERS = ("amazon_ses", "brevo", "mailgun", "mailjet", "postmark", "sendgrid")
# Providers that sign their events. The key is checked if the shop has set it.
SIGNING = ("mailgun", "sendgrid")


class SigningKeyError(ValueError):
    """A provider has no signing key, or the text is not one. The message says why."""


def mail_events_key(shop: Shop) -> str:
    """The secret in the shop's URLs."""
    number = mail_event_settings(shop).get("secret", 0)
    return derived_token(shop.secret, "mail events", str(number))


def mail_events_url(address: str, shop: Shop, provider: str) -> str:
    """`address` is this server's URL without a trailing slash."""
    return f"{address}/intake/mail/{shop.id}/{provider}/{mail_events_key(shop)}"


def mail_event_settings(shop: Shop) -> UntypedJson:
    stored = shop.settings.get(MAIL_EVENTS)
    return stored if isinstance(stored, dict) else {}


def signing_key(shop: Shop, provider: str) -> str | None:
    found: str | None = mail_event_settings(shop).get("keys", {}).get(provider)
    return found


def with_signing_key(shop: Shop, provider: str, key: str | None) -> UntypedJson:
    """The changed setting. Raises SigningKeyError."""
    if provider not in SIGNING:
        raise SigningKeyError(f"{provider!r} does not sign its events; {' and '.join(SIGNING)} do")
    stored = mail_event_settings(shop)
    keys = {name: value for name, value in stored.get("keys", {}).items() if name != provider}
    if key is not None:
        keys[provider] = _checked(provider, key.strip())
    return {**stored, "keys": keys}


def with_new_secret(shop: Shop) -> UntypedJson:
    """The changed setting, with which the old URLs no longer work."""
    stored = mail_event_settings(shop)
    return {**stored, "secret": stored.get("secret", 0) + 1}


def _checked(provider: str, key: str) -> str:
    if not key:
        raise SigningKeyError("the key is empty")
    if provider == "sendgrid":
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        try:
            public = load_der_public_key(base64.b64decode(key, validate=True))
        except (ValueError, binascii.Error):
            public = None
        if not isinstance(public, EllipticCurvePublicKey):
            raise SigningKeyError("the key is not SendGrid's verification key; copy it from the webhook's settings")
    return key
