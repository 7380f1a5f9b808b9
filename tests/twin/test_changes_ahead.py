"""The journal announces the changes of Shopify that would break a request."""

import pytest

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.store.tenants.access_tokens import TokenOwner
from abandoned_checkouts.twin.changes_ahead import changes_ahead, reads_link
from tests.twin.conftest import TwinUser

NOVEMBER, JANUARY = parse_moment("2026-11-01T00:00:00Z"), parse_moment("2027-01-01T00:00:00Z")


def app(kind: str, created_at: str = "2026-03-01T00:00:00Z", expires_at: int | None = None) -> TokenOwner:
    return TokenOwner("c", {"kind": kind}, parse_moment(created_at), expires_at, "acme.myshopify.com")


@pytest.mark.parametrize(
    ("owner", "now", "expected"),
    [
        (app("public"), NOVEMBER, ["From 2027-01-01, tokens of public apps that do not expire are refused."]),
        (app("public"), JANUARY, []),
        (app("public", "2026-04-01T00:00:00Z"), NOVEMBER, []),
        (app("public", expires_at=JANUARY), NOVEMBER, []),
        (app("custom"), NOVEMBER, []),
        (app("admin"), NOVEMBER, []),
        (None, NOVEMBER, []),
    ],
)
def test_a_lasting_token_of_a_public_app_is_announced_to_end(
    owner: TokenOwner | None, now: int, expected: list[str]
) -> None:
    notes = changes_ahead(now, "2026-10", link=False, owner=owner)
    assert [note.split(" Exchange")[0] for note in notes] == expected


def test_a_version_is_announced_to_end_90_days_before() -> None:
    first = "2026-10-18T15:00:00Z"
    for instant, expected in ((first, []), ("2026-10-18T15:00:01Z", ["Version 2026-01 ends on 2027-01-16."])):
        assert changes_ahead(parse_moment(instant), "2026-01", link=False, owner=None) == expected
    assert changes_ahead(JANUARY, "unstable", link=False, owner=None) == []


@pytest.mark.parametrize(
    ("path", "query", "body", "reads"),
    [
        ("/admin/api/2026-10/graphql.json", "", "{ abandonedCheckouts { nodes { abandonedCheckoutUrl } } }", True),
        ("/admin/api/2026-10/graphql.json", "", "{ shop { name } }", False),
        ("/admin/api/2026-10/checkouts.json", "limit=5", "", True),
        ("/admin/api/2026-10/checkouts.json", "fields=id,abandoned_checkout_url", "", True),
        ("/admin/api/2026-10/checkouts.json", "fields=id%2Cemail", "", False),
        ("/admin/api/2026-10/checkouts/count.json", "", "", False),
    ],
)
def test_requests_that_read_the_recovery_link(path: str, query: str, body: str, reads: bool) -> None:
    assert reads_link(path, query, body) is reads


async def test_the_journal_knows_the_app_of_a_token(twin: TwinUser) -> None:
    twin.real.now = NOVEMBER
    installed = await twin.ask("POST", "/apps", {"kind": "public", "createdAt": "2026-03-01T00:00:00Z"})
    token = (await twin.ask("POST", "/tokens", {"app": installed["app"]["clientId"]}))["token"]
    headers = {"X-Shopify-Access-Token": token}
    await twin.client.post("/admin/api/2026-10/graphql.json", json={"query": "{shop{name}}"}, headers=headers)
    await twin.graphql("{shop{name}}")
    notes = [entry["notes"] for entry in (await twin.ask("GET", "/requests"))["requests"]]
    assert ["do not expire are refused" in str(each) for each in notes] == [True, False]
