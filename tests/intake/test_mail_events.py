"""The endpoint for mail providers: who may use it, what a bounce leads to, and the confirmation of Amazon SNS."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import insert, select
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.fetched import Fetched
from abandoned_checkouts.checkouts.mail_events import (
    MAIL_EVENTS,
    PROVIDERS,
    mail_event_settings,
    mail_events_url,
    with_new_secret,
    with_signing_key,
)
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.mail_providers.amazon_sns import NOT_SIGNED
from abandoned_checkouts.intake.routes import intake_routes
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.privacy.mail_bounces import unblock, why_blocked
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key
from abandoned_checkouts.store.tables import flow_mails, mail_bounces, received_webhooks
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.intake.messages import Clock
from tests.intake.sns import CERTIFICATE, Sns

Json = dict[str, Any]
ADA = "ada@example.com"


@dataclass
class Post:
    """Posts a provider's webhooks. `opened` are the URLs that the server opened."""

    store: Database
    shop: Shop
    clock: Clock
    client: httpx.AsyncClient
    opened: list[str] = field(default_factory=list)
    problem: str | None = None
    sns: Sns = field(default_factory=Sns)

    async def send(self, provider: str, body: Any, url: str | None = None, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        return await self.client.post(url or mail_events_url("", self.shop, provider), content=content, headers=headers)

    async def mail(self, name: str, address: str = ADA) -> None:
        """Store a mail that a flow sent now."""
        texts = dict.fromkeys(("sender", "subject", "html", "plain"), "x")
        row = {"id": name, "checkout_id": 7, "flow_id": 1, "position": 0, "sent_at": self.clock(), "recipient": address}
        key = recipient_key(self.shop, address)
        async with self.store.begin() as connection:
            await connection.execute(insert(flow_mails).values(shop_id=self.shop.id, recipient_key=key, **row, **texts))

    async def blocked(self, address: str = ADA) -> str | None:
        async with self.store.read() as connection:
            return await why_blocked(connection, self.shop, recipient_key(self.shop, address))

    async def set(self, setting: Json) -> None:
        async with self.store.begin() as connection:
            await change_settings(connection, self.shop, {MAIL_EVENTS: setting}, self.clock())
            found = await find_shop(connection, self.shop.id)
        assert found is not None
        self.shop = found


@pytest.fixture
async def post(store: Database, shop: Shop, clock: Clock) -> AsyncIterator[Post]:
    async def fetch(url: str) -> Fetched:
        post.opened.append(url)
        return Fetched(post.sns.certificate) if url.endswith(".pem") else Fetched(problem=post.problem)

    application = Starlette(routes=intake_routes(store, clock, fetch=fetch))
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        post = Post(store, shop, clock, client)
        yield post


def hard(address: str = ADA, event: str = "e1", **more: Any) -> list[Json]:
    return [
        {"event": "bounce", "type": "bounce", "email": address, "sg_event_id": event, "reason": "550 unknown", **more}
    ]


def soft(event: str, mail: str) -> list[Json]:
    return hard(event=event, type="blocked", **{"smtp-id": f"<{mail}@acme.myshopify.com>"})


@pytest.mark.anyio
async def test_a_hard_bounce_blocks_the_address_in_any_spelling(post: Post) -> None:
    await post.mail("m1")
    response = await post.send("sendgrid", hard("ADA@example.com "))
    assert (response.status_code, response.json()) == (200, {"blocked": 1})
    assert await post.blocked() == "the address does not exist or refuses mails (hard bounce): 550 unknown"
    assert await post.blocked("eve@example.com") is None
    assert (await post.send("sendgrid", hard("ADA@example.com "))).json() == {"repeated": 1}


@pytest.mark.anyio
async def test_a_complaint_blocks_an_address_that_no_flow_wrote_to(post: Post) -> None:
    complaint = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 5, "Email": ADA, "Details": ""}
    assert (await post.send("postmark", complaint)).json() == {"blocked": 1}
    assert await post.blocked() == "the receiver marked a mail as spam (complaint): SpamComplaint"


@pytest.mark.anyio
async def test_three_soft_bounces_in_a_row_block_the_address(post: Post) -> None:
    outcomes = []
    for number, bounces in enumerate([True, True, False, True, True, True]):
        await post.mail(f"m{number}")
        if bounces:
            outcomes += [*(await post.send("sendgrid", soft(f"e{number}", f"m{number}"))).json()]
            assert (await post.blocked() is None) == (number < 5)
        post.clock.now += DAY
    assert outcomes == ["noted"] * 4 + ["blocked"]
    assert await post.blocked() == "the last 3 mails bounced: 550 unknown"


@pytest.mark.anyio
async def test_several_soft_bounces_of_one_mail_are_one(post: Post) -> None:
    await post.mail("m0")
    for number in range(4):
        assert (await post.send("sendgrid", soft(f"e{number}", "m0"))).json() == {"noted": 1}
    assert await post.blocked() is None


@pytest.mark.anyio
async def test_a_soft_bounce_of_another_mail_is_ignored(post: Post) -> None:
    assert (await post.send("sendgrid", soft("e1", "m9"))).json() == {"ignored": 1}


@pytest.mark.anyio
async def test_a_report_without_a_message_id_is_about_the_latest_mail_before_it(post: Post) -> None:
    for name in ("m1", "m2", "m3"):
        await post.mail(name)
        post.clock.now += DAY
    at = (post.clock.now - 2 * DAY) / 1e6 + 3600
    event = {"event": "bounce", "email": ADA, "hard_bounce": True, "time": at, "MessageID": 5, "error": "unknown"}
    assert (await post.send("mailjet", event)).json() == {"blocked": 1}
    async with post.store.read() as connection:
        row = (await connection.execute(select(mail_bounces))).mappings().one()
    assert (row["mail_id"], row["checkout_id"], row["happened_at"]) == ("m2", 7, round(at * 1e6))


@pytest.mark.anyio
async def test_the_owner_can_unblock_an_address(post: Post) -> None:
    await post.send("sendgrid", hard())
    async with post.store.begin() as connection:
        assert await unblock(connection, post.shop, "Ada@Example.com")
        assert not await unblock(connection, post.shop, ADA)
    assert await post.blocked() is None


@pytest.mark.anyio
async def test_without_the_key_nothing_is_found(post: Post) -> None:
    right = mail_events_url("", post.shop, "sendgrid")
    wrong = [right[:-1] + ("0" if right[-1] != "0" else "1"), right.replace("sendgrid", "nobody")]
    wrong += [right.replace(f"/{post.shop.id}/", "/99999/"), right.replace(f"/{post.shop.id}/", "/x/"), right + "é"]
    for url in wrong:
        assert (await post.send("sendgrid", hard(), url)).status_code == 404, url
    assert await post.blocked() is None
    await post.set(with_new_secret(post.shop))
    assert (await post.send("sendgrid", hard(), right)).status_code == 404
    assert (await post.send("sendgrid", hard())).status_code == 200


@pytest.mark.anyio
async def test_with_a_signing_key_the_signature_must_be_valid(post: Post) -> None:
    await post.set(with_signing_key(post.shop, "mailgun", "secret"))
    event = {"event": "complained", "id": "g", "recipient": ADA, "timestamp": 1.0}
    body = {"signature": {"timestamp": "1", "token": "t", "signature": "wrong"}, "event-data": event}
    refused = await post.send("mailgun", body)
    assert refused.status_code == 401 and "--provider mailgun --signing-key KEY" in refused.json()["errors"]
    body["signature"]["signature"] = "8fbbcae30e20eeb9ae43ec6e8ef96fc78bd2f2fd64a5e4a1a1a1a1a1a1a1a1a1"
    assert (await post.send("mailgun", body)).status_code == 401
    assert await post.blocked() is None
    await post.set(with_signing_key(post.shop, "mailgun", None))
    assert (await post.send("mailgun", body)).json() == {"blocked": 1}


@pytest.mark.anyio
async def test_a_body_that_is_not_json_is_kept_with_the_reason(post: Post) -> None:
    assert (await post.send("sendgrid", b"event=bounce")).status_code == 400
    async with post.store.read() as connection:
        row = (await connection.execute(select(received_webhooks))).mappings().one()
    assert row["body"] == "event=bounce" and row["topic"] == "mail/sendgrid" and row["problem"]


@pytest.mark.anyio
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("body", [[], {}, None, 5, [{}], {"Type": "x"}])
async def test_strange_bodies_are_ignored_unless_they_must_be_signed(post: Post, provider: str, body: Any) -> None:
    response = await post.send(provider, body)
    if provider == "amazon_ses":
        assert (response.status_code, response.json()) == (401, {"errors": NOT_SIGNED})
    else:
        assert (response.status_code, response.json()) == (200, {})


CONFIRM = {"Type": "SubscriptionConfirmation", "MessageId": "n", "Token": "t"}
AMAZON = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"


@pytest.mark.anyio
async def test_a_subscription_of_amazon_is_confirmed(post: Post) -> None:
    response = await post.send("amazon_ses", post.sns.signed({**CONFIRM, "SubscribeURL": AMAZON}))
    assert response.json() == {"subscription": "confirmed"} and post.opened == [CERTIFICATE, AMAZON]
    await post.set(mail_event_settings(post.shop))
    assert "confirmation" not in mail_event_settings(post.shop)


@pytest.mark.anyio
@pytest.mark.parametrize(("url", "opened"), [("https://evil.example/", 0), (AMAZON, 1)])
async def test_another_url_is_shown_to_the_owner(post: Post, url: str, opened: int) -> None:
    post.problem = "no response within 10 seconds"
    response = await post.send("amazon_ses", post.sns.signed({**CONFIRM, "SubscribeURL": url}))
    assert response.json() == {"subscription": "not confirmed"} and len(post.opened) == opened + 1
    async with post.store.read() as connection:
        found = await find_shop(connection, post.shop.id)
    assert found is not None and mail_event_settings(found)["confirmation"]["url"] == url


@pytest.mark.anyio
async def test_a_signed_bounce_of_amazon_blocks_the_address(post: Post) -> None:
    for version in ("1", "2"):
        bounce = post.sns.signed(sns_bounce(version), version=version)
        assert (await post.send("amazon_ses", bounce)).json() == {"blocked": 1}
    assert await post.blocked() == "the address does not exist or refuses mails (hard bounce): 550"
    # The certificate is read once.
    assert post.opened == [CERTIFICATE]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "changed",
    [
        {"Message": orjson.dumps({"notificationType": "Complaint"}).decode()},
        {"Signature": "AAAA"},
        {"Signature": "é"},
        {"SignatureVersion": "3"},
        {"Type": "UnsubscribeConfirmation"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "https://evil.example/sns.us-east-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com@evil.example/x.pem"},
        {"SigningCertURL": "http://sns.us-east-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com/x"},
    ],
)
async def test_a_message_with_a_wrong_signature_is_refused_and_kept(post: Post, changed: Json) -> None:
    response = await post.send("amazon_ses", {**post.sns.signed(sns_bounce()), **changed})
    assert (response.status_code == 401 and "SNS" in response.json()["errors"]) or "sns." in response.json()["errors"]
    assert not any("evil" in url for url in post.opened) and await post.blocked() is None
    async with post.store.read() as connection:
        row = (await connection.execute(select(received_webhooks))).mappings().one()
    assert row["topic"] == "mail/amazon_ses" and row["problem"] == response.json()["errors"]


@pytest.mark.anyio
async def test_a_certificate_that_is_over_or_cannot_be_read_proves_nothing(post: Post) -> None:
    bounce = post.sns.signed(sns_bounce())
    post.sns.certificate = "no certificate"
    assert (await post.send("amazon_ses", bounce)).status_code == 401
    application = Starlette(routes=intake_routes(post.store, post.clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://server") as post.client:
        response = await post.send("amazon_ses", bounce)
    assert response.status_code == 503 and "this server opens no URLs" in response.json()["errors"]


@pytest.mark.anyio
async def test_an_expired_certificate_is_refused(post: Post) -> None:
    bounce = post.sns.signed(sns_bounce())
    post.clock.now += 400 * DAY
    assert (await post.send("amazon_ses", bounce)).status_code == 401


def sns_bounce(event: str = "1") -> Json:
    bounce = {"bounceType": "Permanent", "feedbackId": event, "timestamp": "2026-09-21T14:20:00Z"}
    bounce["bouncedRecipients"] = [{"emailAddress": ADA, "diagnosticCode": "550"}]  # type: ignore[assignment]
    message = orjson.dumps({"notificationType": "Bounce", "bounce": bounce, "mail": {}}).decode()
    topic = "arn:aws:sns:us-east-1:123456789012:bounces"
    return {"Type": "Notification", "MessageId": "n1", "TopicArn": topic, "Timestamp": "t", "Message": message}
