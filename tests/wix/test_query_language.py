"""Random filters and searches find the same checkouts as tests/wix/evaluator.py, on both databases and over all pages.

EXAMPLES=2000 runs that many filters and searches on each database.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.moment import SECOND, format_milliseconds
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.reading.snapshots import snapshots_of
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.wix.errors import InvalidArgumentError
from abandoned_checkouts.wix.filter_fields import QUERY_FIELDS, SEARCH_FIELDS, FilterKind
from abandoned_checkouts.wix.query_language import parse_filter
from abandoned_checkouts.wix.routes import wix_routes
from search_syntax import meaning as m
from tests.databases import Databases
from tests.wix.evaluator import Json, finds, matches, ordered, sort_values
from tests.wix.site import FIRST, NOW

EXAMPLES = int(os.environ.get("EXAMPLES", "0")) or 50

NAMES = [
    None,
    "Ada",
    "ADA",
    "Zoë",
    "Strasse",
    "Straße",
    "O'Brien-Smith",
    "100%_!",
    "太郎",
    "Adam",
    "ada\x1e",
    "Lovelace",
]
EMAILS = [None, "ada@example.com", "Ada@Example.com", "zoë@beispiel.de", "a_b%c@x.org", "太郎@example.jp", "!"]
CODES = ["SPRING10", "spring10", "É"]
STEPS = ["SCHEDULED", "EMAIL_SENT", "TASK_CREATED"]


def checkout(place: int) -> Checkout:
    """Values repeat, so sort keys are often equal. Some moments differ by less than a millisecond."""
    first, last = NAMES[place % len(NAMES)], NAMES[place * 5 % len(NAMES)]
    created = Checkout(
        platform="shopify",
        id=100 + place,
        created_at=FIRST + place % 7 * SECOND + place % 3 * 400,
        updated_at=FIRST + place % 4 * SECOND,
        completed_at=FIRST if place % 3 == 0 else None,
        currency="USD",
        email=EMAILS[place % len(EMAILS)],
        discount_codes=[{"code": CODES[place % 3], "amount": 0, "type": "fixed_amount"}] if place % 2 else [],
        activities=[{"activity_type": kind, "created_at": FIRST} for kind in STEPS[: place % 4]],
    )
    if first or last:
        created.customer = Customer(
            id=1 + place % 9, created_at=1, updated_at=1, state="enabled" if place % 2 else "disabled"
        )
        created.billing_address = {"first_name": first, "last_name": last}
    return created


class LargeSite:
    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.database: Database = self.runner.run(open_database(url))
        self.client: httpx.AsyncClient = self.runner.run(self._fill())
        self.entities = self.all("query", {"cursorPaging": {"limit": 100}})

    async def _fill(self) -> httpx.AsyncClient:
        async with self.database.begin() as connection:
            shop = await create_shop(connection, "many.example.com", now=NOW)
            other = await create_shop(connection, "other.example.com", now=NOW)
            token = await issue_token(connection, shop, ["read_orders"], now=NOW)
            for owner in (shop, other):
                await save_checkouts(connection, owner, [checkout(place) for place in range(40)])
        # The server reads lists from snapshots too. The tests of the endpoints use the database's connections.
        self.snapshots = snapshots_of(self.database)
        app = Starlette(routes=wix_routes(self.database, lambda: NOW, snapshots=self.snapshots))
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://s", headers={"authorization": token}
        )

    def post(self, method: str, query: Json) -> Json:
        response = self.runner.run(self.client.post(f"/ecom/v1/abandoned-checkout/{method}", json={method: query}))
        assert response.status_code == 200, f"{query}\n{response.text}"
        answer: Json = response.json()
        return answer

    def all(self, method: str, query: Json) -> list[Json]:
        """The checkouts of all pages. Checks that the `prev` cursor of each page returns the page before."""
        answer = self.post(method, query)
        found, metadata = answer["abandonedCheckouts"], self.metadata(answer)
        limit = query["cursorPaging"]["limit"]
        while "next" in metadata["cursors"]:
            previous = answer["abandonedCheckouts"]
            answer = self.post(method, {"cursorPaging": {"cursor": metadata["cursors"]["next"], "limit": limit}})
            metadata = self.metadata(answer)
            back = self.post(method, {"cursorPaging": {"cursor": metadata["cursors"]["prev"], "limit": limit}})
            assert back["abandonedCheckouts"] == previous, query
            found += answer["abandonedCheckouts"]
        return found

    @staticmethod
    def metadata(answer: Json) -> Json:
        metadata: Json = answer.get("metadata") or answer["pagingMetadata"]
        assert metadata["hasNext"] == ("next" in metadata["cursors"])
        return metadata

    def close(self) -> None:
        self.runner.run(self.client.aclose())
        if self.snapshots is not None:
            self.runner.run(self.snapshots.close())
        self.runner.run(self.database.close())
        self.runner.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, databases: Databases) -> Iterator[LargeSite]:
    created = LargeSite(databases.new(request.param))
    yield created
    created.close()


@st.composite
def filters(draw: st.DrawFn, entities: list[Json], method: str, depth: int = 2) -> Json:
    """A random filter by values of the entities and by some other values."""
    if depth and draw(st.booleans()):
        logic = draw(st.sampled_from(["$and", "$or", "$not"]))
        parts = draw(st.lists(filters(entities, method, depth - 1), min_size=1, max_size=3))
        return {logic: parts[0] if logic == "$not" and draw(st.booleans()) else parts}
    fields = draw(st.lists(st.sampled_from(sorted(FIELDS[method])), min_size=1, max_size=2, unique=True))
    return {field: draw(conditions(entities, method, field)) for field in fields}


BUYER = ["id", "buyerInfo.contactId", "buyerInfo.email", "buyerInfo.memberId", "buyerInfo.visitorId"]
TEXTS = "$startsWith $begins $endsWith $contains"
IDENTITY = "$eq $ne $in $nin"
SETS = "$hasAll $hasSome"
ANY = f"{IDENTITY} $hasSome $any $exists"
ORDER = "$gt $gte $lt $lte"
FIELDS: dict[str, dict[str, str]] = {
    "query": {
        **dict.fromkeys(BUYER, f"{ANY} {ORDER} {TEXTS} $isEmpty $not"),
        "createdDate": f"{ANY} {ORDER} $not",
        "updatedDate": f"{ANY} {ORDER}",
        "status": ANY,
    },
    "search": {
        **dict.fromkeys([*BUYER, "status"], IDENTITY),
        "contactDetails.firstName": f"{ANY} {ORDER} {TEXTS} $isEmpty",
        "contactDetails.lastName": f"{ANY} {ORDER} {TEXTS} $isEmpty",
        "activities.type": SETS,
        "appliedDiscounts.coupon.code": SETS,
        "createdDate": ANY,
    },
}


@st.composite
def conditions(draw: st.DrawFn, entities: list[Json], method: str, field: str) -> Any:
    value = values(entities, field)
    operators = FIELDS[method][field].split()
    if "$eq" in operators and draw(st.booleans()):
        return draw(st.none() | value)
    operator = draw(st.sampled_from(operators))
    if operator == "$not":
        return {"$not": {"$in": draw(st.lists(value, max_size=3))}}
    if operator in ("$exists", "$isEmpty"):
        return {operator: draw(st.booleans())}
    if operator in ("$in", "$nin", "$hasSome", "$any", "$hasAll"):
        return {operator: draw(st.lists(value, min_size=1, max_size=3))}
    if operator in TEXTS.split():
        text = draw(value)
        return {operator: text[draw(st.integers(0, len(text))) :][: draw(st.integers(0, 5))]}
    return {operator: draw(value)}


def values(entities: list[Json], field: str) -> st.SearchStrategy[str]:
    if field == "status":
        return st.sampled_from(["ABANDONED", "RECOVERED"])
    if field == "activities.type":
        return st.sampled_from([*STEPS, "EMAIL_NOT_SENT"])
    if field.endswith("code"):
        return st.sampled_from([*CODES, "x"])
    if field.endswith("Date"):
        return st.builds(lambda at: format_milliseconds(FIRST + at * 1000), st.sampled_from([-1, 0, 1000, 2001, 3000]))
    if field.endswith("email"):
        return st.sampled_from([email for email in EMAILS if email]) | st.text("ad@%_!ë.", max_size=4)
    if field.startswith("contactDetails"):
        return st.sampled_from([name for name in NAMES if name and "\x1e" not in name]) | st.text("adßZ%_", max_size=3)
    found = [entity for entity in entities if field == "id" or field.split(".")[1] in entity["buyerInfo"]]
    place = st.sampled_from(found)
    return place.map(lambda entity: str(entity["id"] if field == "id" else entity["buyerInfo"][field.split(".")[1]]))


sorts = st.lists(
    st.builds(
        lambda name, order: {"fieldName": name, **({"order": order} if order else {})},
        st.sampled_from(["createdDate", "updatedDate", "status", "buyerInfo.email", "id", "buyerInfo.memberId"]),
        st.sampled_from([None, "ASC", "DESC"]),
    ),
    max_size=3,
    unique_by=lambda item: item["fieldName"],
)


SLOW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SLOW
@given(data=st.data())
def test_query_finds_what_the_evaluator_finds(site: LargeSite, data: st.DataObject) -> None:
    query = data.draw(filters(site.entities, "query"))
    # The server sorts by microseconds, the evaluator by the milliseconds shown. So createdDate is the last sort key.
    sort = sorted(data.draw(sorts), key=lambda item: item["fieldName"] == "createdDate")
    limit = data.draw(st.sampled_from([9, 40, 100]))
    found = site.all("query", {"filter": query, "sort": sort, "cursorPaging": {"limit": limit}})
    expected = [entity for entity in site.entities if matches(entity, query)]
    assert sorted(item["id"] for item in found) == sorted(item["id"] for item in expected), query
    if sort:
        keys = [sort_values(item, sort) for item in found]
        assert keys == [sort_values(item, sort) for item in ordered(expected, sort)], sort


@SLOW
@given(data=st.data())
def test_search_finds_what_the_evaluator_finds(site: LargeSite, data: st.DataObject) -> None:
    query: Json = {"cursorPaging": {"limit": 100}}
    expected = site.entities
    if data.draw(st.booleans()):
        query["filter"] = data.draw(filters(site.entities, "search"))
        expected = [entity for entity in expected if matches(entity, query["filter"])]
    if "filter" not in query or data.draw(st.booleans()):
        words = st.sampled_from(
            ["ada", "Straße", "o'brien-smith", "smith", "example", "zoe", "太", "100", "%", "x.org"]
        )
        fields = st.sampled_from(["buyerInfo.email", "contactDetails.firstName", "contactDetails.lastName"])
        search: Json = {"expression": " ".join(data.draw(st.lists(words, min_size=1, max_size=3)))}
        if data.draw(st.booleans()):
            search["mode"] = data.draw(st.sampled_from(["OR", "AND"]))
        if data.draw(st.booleans()):
            search["fields"] = data.draw(st.lists(fields, min_size=1, unique=True))
        query["search"] = search
        expected = [entity for entity in expected if finds(entity, search)]
    found = site.all("search", query)
    assert sorted(item["id"] for item in found) == sorted(item["id"] for item in expected), query


@SLOW
@given(word=st.sampled_from(["lovelace", "strasse", "obrien", "brien", "smith"]), data=st.data())
def test_fuzzy_search_allows_one_typing_error(site: LargeSite, word: str, data: st.DataObject) -> None:
    """A fuzzy search for a word with one typing error finds the names with the word."""
    place = data.draw(st.integers(0, len(word) - 1))
    misspelled = data.draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + "q" + word[place:],
                word[:place] + "q" + word[place + 1 :],
                word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :],
            ]
        )
    )
    expected = {item["id"] for item in site.entities if finds(item, {"expression": word})}
    found = site.all("search", {"search": {"expression": misspelled, "fuzzy": True}, "cursorPaging": {"limit": 100}})
    assert expected <= {item["id"] for item in found}, misspelled


START = datetime(2026, 1, 31, 8, 30, tzinfo=UTC)
FIRST_MOMENT, LAST_MOMENT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
MILLISECOND, MICROSECOND = timedelta(milliseconds=1), timedelta(microseconds=1)
EXISTS = m.HasValue("contact_email")
DATE = "2026-01-31T08:30:00.000Z"


def meaning_of(source: object) -> m.Expression:
    return parse_filter(source, QUERY_FIELDS, "query.filter")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (None, m.EVERYTHING),
        ({}, m.all_of([])),
        ({"buyerInfo.email": "Ada"}, m.Range("contact_email", "eq", "Ada")),
        ({"buyerInfo.email": {"$ne": "Ada"}}, m.none_of(m.Range("contact_email", "eq", "Ada"))),
        ({"buyerInfo.email": {"$gt": "a"}}, m.Range("contact_email", "gt", "a")),
        ({"buyerInfo.email": {"$lte": "a"}}, m.Range("contact_email", "lte", "a")),
        ({"buyerInfo.email": None}, m.none_of(EXISTS)),
        ({"buyerInfo.email": {"$exists": True}}, EXISTS),
        ({"buyerInfo.email": {"$exists": False}}, m.none_of(EXISTS)),
        ({"buyerInfo.email": {"$isEmpty": True}}, m.none_of(EXISTS)),
        ({"buyerInfo.email": {"$isEmpty": False}}, EXISTS),
        ({"buyerInfo.email": {"$startsWith": "ADA"}}, m.Exact("contact_email", "ada", prefix=True, suffix=False)),
        ({"buyerInfo.email": {"$begins": "ADA"}}, m.Exact("contact_email", "ada", prefix=True, suffix=False)),
        ({"buyerInfo.email": {"$endsWith": "ADA"}}, m.Exact("contact_email", "ada", prefix=False, suffix=True)),
        ({"buyerInfo.email": {"$contains": "ADA"}}, m.Exact("contact_email", "ada", prefix=True, suffix=True)),
        ({"buyerInfo.email": {"$not": {"$exists": True}}}, m.none_of(EXISTS)),
        (
            {"buyerInfo.email": {"$in": ["a", "b"]}},
            m.any_of([m.Range("contact_email", "eq", "a"), m.Range("contact_email", "eq", "b")]),
        ),
        (
            {"buyerInfo.email": {"$nin": ["a", None]}},
            m.none_of(m.any_of([m.Range("contact_email", "eq", "a"), m.none_of(EXISTS)])),
        ),
        (
            {"buyerInfo.email": {"$gte": "a", "$lt": "b"}},
            m.all_of([m.Range("contact_email", "gte", "a"), m.Range("contact_email", "lt", "b")]),
        ),
        ({"id": "ABCD-EF"}, m.OneOf("uuid", ("abcd-ef",))),
        ({"id": {"$in": ["A", "b"]}}, m.OneOf("uuid", ("a", "b"))),
        ({"id": {"$in": []}}, m.NOTHING),
        ({"id": {"$in": [None]}}, m.none_of(m.HasValue("uuid"))),
        ({"id": {"$hasSome": ["A", None]}}, m.any_of([m.OneOf("uuid", ("a",)), m.none_of(m.HasValue("uuid"))])),
        ({"createdDate": DATE}, m.Within("abandoned_at", START, START + MILLISECOND)),
        ({"createdDate": {"$date": DATE}}, m.Within("abandoned_at", START, START + MILLISECOND)),
        (
            {"createdDate": "2026-01-31T08:30:00.000001Z"},
            m.Within("abandoned_at", START + MICROSECOND, START + 2 * MICROSECOND),
        ),
        (
            {"createdDate": "2026-01-31T08:30:00.500Z"},
            m.Within("abandoned_at", START + 500 * MILLISECOND, START + 501 * MILLISECOND),
        ),
        ({"createdDate": "2026-01-31T08:30:00"}, m.Within("abandoned_at", START, START + MILLISECOND)),
        ({"createdDate": "2026-01-31T09:30:00+01:00"}, m.Within("abandoned_at", START, START + MILLISECOND)),
        # Dates are compared by millisecond: two moments of the same millisecond are equal.
        ({"createdDate": {"$gt": DATE}}, m.Range("abandoned_at", "gte", START + MILLISECOND)),
        ({"createdDate": {"$gte": DATE}}, m.Range("abandoned_at", "gte", START)),
        ({"createdDate": {"$lt": DATE}}, m.Range("abandoned_at", "lt", START)),
        ({"createdDate": {"$lte": DATE}}, m.Range("abandoned_at", "lt", START + MILLISECOND)),
        ({"createdDate": {"$gte": "-012026-01-31T08:30:00Z"}}, m.Range("abandoned_at", "gte", FIRST_MOMENT)),
        ({"createdDate": {"$gte": "0000-01-31T08:30:00Z"}}, m.Range("abandoned_at", "gte", FIRST_MOMENT)),
        ({"createdDate": {"$gte": "+012026-01-31T08:30:00Z"}}, m.Range("abandoned_at", "gte", LAST_MOMENT)),
        ({"createdDate": {"$gte": "0001-01-01T00:00:00+10:00"}}, m.Range("abandoned_at", "gte", FIRST_MOMENT)),
        ({"createdDate": {"$gte": "9999-12-31T23:00:00-10:00"}}, m.Range("abandoned_at", "gte", LAST_MOMENT)),
        ({"createdDate": "+012026-01-31T08:30:00Z"}, m.Within("abandoned_at", LAST_MOMENT, LAST_MOMENT)),
        ({"$not": {"id": "a"}}, m.none_of(m.OneOf("uuid", ("a",)))),
        (
            {"id": {"$not": "a", "$exists": True}},
            m.all_of([m.none_of(m.OneOf("uuid", ("a",))), m.HasValue("uuid")]),
        ),
        ({"$not": [{"id": "a"}, {"id": "b"}]}, m.none_of(m.all_of([m.OneOf("uuid", ("a",)), m.OneOf("uuid", ("b",))]))),
        ({"$or": [{"id": "a"}, {"id": "b"}]}, m.any_of([m.OneOf("uuid", ("a",)), m.OneOf("uuid", ("b",))])),
        ({"$and": [{"id": "a"}, {"id": "b"}]}, m.all_of([m.OneOf("uuid", ("a",)), m.OneOf("uuid", ("b",))])),
        ({"status": "ABANDONED"}, m.OneOf("recovery_state", ("not_recovered",))),
        ({"status": {"$ne": "RECOVERED"}}, m.none_of(m.OneOf("recovery_state", ("recovered",)))),
    ],
)
def test_a_filter_has_this_meaning(source: object, expected: m.Expression) -> None:
    assert meaning_of(source) == expected


def test_activities_and_codes_have_this_meaning() -> None:
    def search(source: object) -> m.Expression:
        return parse_filter(source, SEARCH_FIELDS, "search.filter")

    path = next(field.path for field in SEARCH_FIELDS.values() if field.kind is FilterKind.ACTIVITIES)
    key = SEARCH_FIELDS[path].key
    both = m.all_of([m.OneOf(key, ("scheduled",)), m.OneOf(key, ("email_sent",))])
    assert search({path: {"$hasAll": ["SCHEDULED", "EMAIL_SENT"]}}) == both
    assert search({path: {"$all": ["SCHEDULED", "EMAIL_SENT"]}}) == both
    either = m.any_of([m.OneOf(key, ("scheduled",)), m.OneOf(key, ("email_sent",))])
    assert search({path: {"$hasSome": ["SCHEDULED", "EMAIL_SENT"]}}) == either
    with pytest.raises(InvalidArgumentError, match=f"Field '{path}' expects one of SCHEDULED"):
        search({path: {"$hasSome": ["ODD"]}})


def nested(levels: int) -> object:
    """A filter inside `levels` nested lists."""
    source: object = {"id": "a"}
    for _ in range(levels):
        source = {"$and": [source]}
    return source


def nested_not(levels: int) -> object:
    """The value of a field inside `levels` operators $not."""
    value: object = "a"
    for _ in range(levels):
        value = {"$not": value}
    return value


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ([], "query.filter Expected an object"),
        ({"$nor": []}, "query.filter Unknown operator '$nor'"),
        ({"$and": []}, "query.filter '$and' expects a list"),
        ({"$or": {"id": "a"}}, "query.filter '$or' expects a list"),
        ({"$and": [5]}, "query.filter Expected an object"),
        ({"colour": 1}, "query.filter Field 'colour' is not"),
        ({"status": {"$gt": "ABANDONED"}}, "query.filter Field 'status' does not support the operator '$gt'"),
        ({"id": {"$begin": "a"}}, "query.filter Field 'id' does not support the operator '$begin'"),
        ({"id": {"$exists": 1}}, "query.filter '$exists' of field 'id' expects true or false"),
        ({"id": {"$in": "a"}}, "query.filter '$in' of field 'id' expects a list"),
        ({"id": 5}, "query.filter Field 'id' expects a string"),
        ({"id": {}}, "query.filter Field 'id' expects a string"),
        ({"id": "a\0"}, "query.filter a value of field 'id' contains a NUL character"),
        ({"status": "ODD"}, "query.filter Field 'status' expects one of ABANDONED, RECOVERED"),
        ({"status": 5}, "query.filter Field 'status' expects one of ABANDONED, RECOVERED"),
        ({"createdDate": 5}, "query.filter Field 'createdDate' expects a date such as"),
        ({"createdDate": {"$gt": "soon"}}, "query.filter Field 'createdDate' expects a date such as"),
        ({"createdDate": "soon"}, "query.filter Field 'createdDate' expects a date such as"),
        ({"createdDate": {"$eq": {"$date": 5}}}, "query.filter Field 'createdDate' expects a date such as"),
    ],
)
def test_an_error_starts_with_the_path(source: object, problem: str) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        meaning_of(source)
    assert str(refused.value).startswith(problem), str(refused.value)


@pytest.mark.parametrize(
    ("longest", "longer", "problem"),
    [
        ({"id": "x" * 2000}, {"id": "x" * 2001}, "'id' has more than 2000 characters"),
        ({"id": {"$in": ["x"] * 500}}, {"id": {"$in": ["x"] * 501}}, "'id' has more than 500 values"),
        ({"$or": [{"id": "x"}] * 500}, {"$or": [{"id": "x"}] * 501}, "has more than 500 conditions"),
        (
            {"buyerInfo.email": {"$in": ["x"] * 499, "$gt": "a"}},
            {"buyerInfo.email": {"$in": ["x"] * 500, "$gt": "a"}},
            "has more than 500 conditions",
        ),
        (
            {"id": {"$in": ["x"] * 500, "$gt": "a"}, "$or": [{"id": "x"}] * 498},
            {"id": {"$in": ["x"] * 500, "$gt": "a"}, "$or": [{"id": "x"}] * 499},
            "has more than 500 conditions",
        ),
        (nested(32), nested(33), "is nested more than 32 levels deep"),
        (nested(31), {"$not": nested(32)}, "is nested more than 32 levels deep"),
        ({"id": nested_not(32)}, {"id": nested_not(33)}, "is nested more than 32 levels deep"),
        ({"id": nested_not(32)}, {"id": nested_not(900)}, "is nested more than 32 levels deep"),
        ({"$and": [{"id": nested_not(31)}]}, {"$and": [{"id": nested_not(32)}]}, "is nested more than 32 levels deep"),
    ],
)
def test_filters_have_limits(longest: object, longer: object, problem: str) -> None:
    meaning_of(longest)
    with pytest.raises(InvalidArgumentError, match=problem):
        meaning_of(longer)
