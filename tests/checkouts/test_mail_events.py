"""The URLs for a mail provider's webhooks, and the keys with which some providers sign them."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from abandoned_checkouts.checkouts.mail_events import (
    SigningKeyError,
    mail_event_settings,
    mail_events_key,
    mail_events_url,
    signing_key,
    with_new_secret,
    with_signing_key,
)
from abandoned_checkouts.checkouts.shop import Shop
from tests.checkouts.samples import a_shop

NOT_SENDGRIDS = "^the key is not SendGrid's verification key; copy it from the webhook's settings$"


def shop(stored: Any = None, secret: str = "s" * 32) -> Shop:
    settings = {} if stored is None else {"mail_events": stored}
    return a_shop(id=7, secret=secret, settings=settings)


def der(public: Any) -> str:
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def test_the_url_has_a_key_that_changes_with_each_new_secret() -> None:
    key = mail_events_key(shop())
    assert mail_events_url("https://s.example", shop(), "brevo") == f"https://s.example/intake/mail/7/brevo/{key}"
    assert key == mail_events_key(shop({"secret": 0})) == mail_events_key(shop({"keys": {}}))
    assert len({key, mail_events_key(shop({"secret": 1})), mail_events_key(shop(secret="t" * 32))}) == 3


def test_a_new_secret_keeps_the_rest_of_the_setting() -> None:
    assert with_new_secret(shop()) == {"secret": 1}
    assert with_new_secret(shop({"secret": 4, "keys": {"mailgun": "k"}})) == {"secret": 5, "keys": {"mailgun": "k"}}


def test_a_setting_of_another_type_counts_as_none() -> None:
    assert mail_event_settings(shop("odd")) == {} and signing_key(shop("odd"), "mailgun") is None


def test_a_signing_key_is_stored_replaced_and_removed() -> None:
    stored = with_signing_key(shop({"secret": 2}), "mailgun", " first ")
    assert stored == {"secret": 2, "keys": {"mailgun": "first"}}
    assert signing_key(shop(stored), "mailgun") == "first" and signing_key(shop(stored), "sendgrid") is None
    public = der(ec.generate_private_key(ec.SECP256R1()).public_key())
    both = with_signing_key(shop(stored), "sendgrid", public)
    assert both["keys"] == {"mailgun": "first", "sendgrid": public}
    assert with_signing_key(shop(both), "mailgun", "second")["keys"] == {"mailgun": "second", "sendgrid": public}
    assert with_signing_key(shop(both), "mailgun", None)["keys"] == {"sendgrid": public}


@pytest.mark.parametrize(
    ("provider", "key", "problem"),
    [
        ("brevo", "k", "^'brevo' does not sign its events; mailgun and sendgrid do$"),
        ("brevo", None, "^'brevo' does not sign its events; mailgun and sendgrid do$"),
        ("mailgun", " ", "^the key is empty$"),
        (
            "sendgrid",
            "not base64!",
            "^the key is not SendGrid's verification key; copy it from the webhook's settings$",
        ),
        ("sendgrid", "AAAA", "^the key is not SendGrid's verification key; copy it from the webhook's settings$"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(provider: str, key: str | None, problem: str) -> None:
    with pytest.raises(SigningKeyError, match=problem):
        with_signing_key(shop(), provider, key)


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(SigningKeyError, match=NOT_SENDGRIDS):
        with_signing_key(shop(), "sendgrid", der(rsa.generate_private_key(65537, 2048).public_key()))
