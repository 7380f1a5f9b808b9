"""Shopify's Node library accepts this server's webhooks, and rejects changed ones."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import SECRET
from tests.node_packages import node_with
from tests.work.conftest import ReportCheckout, Subscribe
from tests.work.receiver import Receiver

pytestmark = pytest.mark.anyio
HERE = Path(__file__).with_name("shopify_sdk")


@pytest.fixture
def database_kind() -> str:
    """SQLite only, because deliveries do not depend on the database."""
    return "sqlite"


def verdicts(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lines = "\n".join(map(json.dumps, messages))
    command = [node_with(HERE), HERE / "validate.mjs"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


async def test_webhooks_validate(
    subscribe: Subscribe, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver
) -> None:
    await subscribe("CHECKOUTS_CREATE", name="mirror")
    await report_checkout(note="Grüße, 東京 🫖")
    await workers.settle()
    (sent,) = receiver.received
    body = sent.body.decode()
    good = {"secret": SECRET, "headers": sent.headers, "body": body}
    valid, touched, foreign = verdicts([good, {**good, "body": body.replace("東京", "大阪")}, {**good, "secret": "x"}])
    assert valid["valid"] is True, valid
    assert valid["topic"] == "CHECKOUTS_CREATE" and valid["apiVersion"] == "2026-07"
    assert valid["domain"] == "acme.myshopify.com" and valid["webhookId"] == sent.headers["x-shopify-webhook-id"]
    assert touched["valid"] is foreign["valid"] is False
    assert touched["reason"] == foreign["reason"] == "invalid_hmac"
