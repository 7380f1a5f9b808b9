"""The values of an enum in Shopify's errors: its own order, with values that no published schema has."""

from hashlib import sha256

from abandoned_checkouts.shopify.language.unpublished import listed_values
from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.schema.build import graphql_schema

# The list that a real shop answered in 2026-04, joined by ", ".
RECORDED = "371362e805d0e7531a79c6a35dc972d614a16c497f64b8267c8c1255e2607ea7"


def test_the_topics_of_2026_04_are_listed_as_recorded() -> None:
    topics = schema_for("2026-04", graphql_schema()).type_map["WebhookSubscriptionTopic"]
    listed = listed_values(topics.name, topics.values)  # type: ignore[attr-defined]
    assert len(listed) == 222
    assert listed[:3] == ["TAX_SUMMARIES_CREATE", "APP_UNINSTALLED", "APP_SCOPES_UPDATE"]
    assert sha256(", ".join(listed).encode()).hexdigest() == RECORDED


def test_other_enums_are_listed_as_published() -> None:
    assert listed_values("AbandonmentEmailState", ["NOT_SENT", "SENT"]) == ["NOT_SENT", "SENT"]
