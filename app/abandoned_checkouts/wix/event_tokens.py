"""Wix's events. The request body is one RS256 JWT with nested JSON, as `webhooks.process` of the SDK expects it.

    event_token("created", entity, …) → "eyJ…", to send as text/plain

Wix's format: the claim `data` is JSON as a string; its own `data` and `identity` are JSON as strings too, while
`accountInfo` is an object. The entity is an object under `createdEvent.entity`, `updatedEvent.currentEntity`,
`deletedEvent.deletedEntity` or `actionEvent.body.abandonedCheckout`. The claim `exp` is not required.
"""

from typing import Literal

import jwt
import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import SECOND, format_microseconds

Slug = Literal["created", "updated", "recovered", "deleted"]

ENTITY = "wix.ecom.v1.abandoned_checkout"
SLUGS: tuple[Slug, ...] = ("created", "updated", "recovered", "deleted")
EVENT_TYPES: dict[Slug, str] = {slug: f"{ENTITY}_{slug}" for slug in SLUGS}


def event_token(
    slug: Slug,
    entity: Json,
    *,
    private_key: str,
    event_id: str,
    occurred_at: int,
    sequence: int,
    app_id: str,
    instance_id: str,
    site_id: str,
    issued_at: int,
    is_anonymisation: bool = False,
) -> str:
    """The request body of one event. Moments are microseconds since 1970; `private_key` is in PEM format."""
    event: Json = {
        "id": event_id,
        "entityFqdn": ENTITY,
        "slug": slug,
        "entityId": entity["id"],
        **_event_body(slug, entity),
        "eventTime": format_microseconds(occurred_at),
        "triggeredByAnonymizeRequest": is_anonymisation,
        "entityEventSequence": str(sequence),
    }
    envelope: Json = {
        "eventType": EVENT_TYPES[slug],
        "instanceId": instance_id,
        "data": _text(event),
        "identity": _text({"identityType": "APP", "appId": app_id}),
        "accountInfo": {"accountId": site_id, "siteId": site_id},
    }
    claims = {"data": _text(envelope), "iat": issued_at // SECOND, "iss": "wix.com", "aud": app_id}
    return jwt.encode(claims, private_key, algorithm="RS256", headers={"kid": "k1"})


def new_private_key() -> str:
    """A new private key for one app, in PEM format.

    It does not follow the seed of a twin: `cryptography` makes RSA keys only from the operating system's random bytes.
    So two twins of one seed differ in this key, in the public key that belongs to it, and in signatures.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_key(private_key: str) -> str:
    """The public key (SPKI in PEM format) by which receivers verify events; Wix shows it in its dashboard."""
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def _event_body(slug: Slug, entity: Json) -> Json:
    if slug == "created":
        return {"createdEvent": {"entity": entity}}
    if slug == "updated":
        return {"updatedEvent": {"currentEntity": entity}}
    if slug == "deleted":
        return {"deletedEvent": {"deletedEntity": entity}}
    return {"actionEvent": {"body": {"abandonedCheckout": entity}}}


def _text(value: Json) -> str:
    return orjson.dumps(value).decode()
