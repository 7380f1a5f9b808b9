"""Search in SQL finds what search_syntax.predicate finds, on both databases, for any search and any shop.

EXAMPLES=20000 runs that many searches on each database; Hypothesis prints the search and the shop that differ.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import HOUR, from_datetime
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, SortOrder
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError, narrowed
from search_syntax import text
from search_syntax.meaning import Range
from search_syntax.tree import And, Comparison, Exists, Not, Or, Phrase, Prefix, Term, Tree, ValueList
from tests.store.search.shelf import FIELDS, NOW, Shelf, Store

SEARCHES = int(os.environ.get("EXAMPLES", "0")) or 300
SHOPS = 4

WORDS = """
bob|Bob Norman|norm|NIKE / SWOOSH|Café|café|Straße|東京|normж|a-b|wrap please|&
""".strip().split("|")
MOMENTS = [
    NOW,
    NOW.replace(hour=7),
    datetime(2026, 7, 14, 4, tzinfo=UTC),
    datetime(2026, 7, 14, 3, 59, 59, 999999, tzinfo=UTC),
]
PRICES = [0, 1, 99_9900, 100_0000, 100_5000, -2_0000]


def line(number: int, word: str, sku: str | None) -> LineItem:
    return LineItem(key=f"{number}?", quantity=1, title=word, sku=sku, product_id=number, variant_id=number * 10)


moments = st.sampled_from([from_datetime(moment) for moment in MOMENTS])
words = st.one_of(st.sampled_from(WORDS), st.text("abnorm é東-_'", max_size=6))
checkouts = st.builds(
    Checkout,
    platform=st.just("shopify"),
    created_at=moments,
    updated_at=moments,
    completed_at=st.one_of(st.none(), moments),
    closed_at=st.one_of(st.none(), moments),
    email_state=st.sampled_from(["not_sent", "scheduled", "sent", "suppressed"]),
    currency=st.sampled_from(["USD", "EUR"]),
    total_price=st.sampled_from(PRICES),
    subtotal_price=st.sampled_from(PRICES),
    buyer_accepts_marketing=st.booleans(),
    email=st.one_of(st.none(), st.sampled_from(["Bob@Example.com", "josé@example.org"])),
    phone=st.one_of(st.none(), st.just("+1 (555) 123-4567")),
    note=st.one_of(st.just(""), words, st.just("x" * 130)),
    discount_codes=st.one_of(st.just([]), st.just([{"code": "Spring-24", "amount": 0, "type": "fixed_amount"}])),
    custom_attributes=st.one_of(st.just([]), st.just([{"key": "Gift", "value": "y" * 130}])),
    shipping_address=st.one_of(st.none(), st.just({"country_code": "DE", "country": "Germany", "last_name": "Weiß"})),
    line_items=st.lists(
        st.builds(line, st.integers(1, 3), words, st.one_of(st.none(), words)),
        max_size=3,
        unique_by=lambda one: one.key,
    ),
)

TIMES = ["now", "2026", "2026-07-14", "2026-07-14T04:00:00Z", "2026-07-14T00:00:00-04:00", "2026-07-13", "0001", "9999"]
NUMBERS = ["0", "1", "2", "3", "10", "20", "100", "100.5", "99.99", "-2", "0.00001", "100.00005", "24"]
NUMBERS += ["9" * 30, "-" + "9" * 30]
TEXTS = [
    *WORDS,
    *("nor", "n", "ex", "bob@example.com", "jose@example.org", "spring-24", "spring", "usd", "de", "germany", "x"),
    *("gift", "gift=" + "y" * 130, "gift=" + "y" * 125, "x" * 130, "15551234567", "sent", "s", "open", "recovered", ""),
]
values = st.sampled_from([*TIMES, *NUMBERS, *TEXTS])
nonempty = values.filter(bool)
names = st.sampled_from([*(field.name for field in FIELDS), "default", "default", "odd"])


def any_of(name: str, listed: list[str]) -> ValueList:
    return ValueList(name, tuple(Term(name, value) for value in listed))


leaves: st.SearchStrategy[Tree] = st.one_of(
    st.builds(Term, names, nonempty),
    st.builds(Phrase, names, values),
    st.builds(Prefix, names, nonempty),
    st.builds(Exists, names),
    st.builds(Comparison, names, st.sampled_from(["<", "<=", ">", ">="]), values),
    st.builds(any_of, names, st.lists(nonempty, min_size=2, max_size=3)),
)


def branches(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    parts = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, parts), st.builds(Or, parts))


trees = st.recursive(leaves, branches, max_leaves=8)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    yield opened
    opened.close()


def test_generated_searches_find_the_same_in_both(store: Store) -> None:
    quiet = settings(
        max_examples=SEARCHES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    made: dict[int, Shelf] = {}

    @settings(quiet, max_examples=SHOPS)
    @given(st.lists(checkouts, min_size=8, max_size=8))
    def fill(rows: list[Checkout]) -> None:
        made[len(made)] = store.shop(rows)

    fill()

    @quiet
    @given(st.integers(0, len(made) - 1), trees)
    def agree(place: int, tree: Tree) -> None:
        shelf, query = made[place], text(tree)
        found, expected = shelf.found(query), shelf.expected(query)
        assert found == expected, f"\nsearch    {query}\nstore     {found}\npredicate {expected}\n{shelf.records}"

    agree()


def test_each_field_finds_its_examples(store: Store) -> None:
    shelf = store.shop([bought("hoodie", note="gift", total_price=150_0000), bought("cup")])
    for field in FIELDS:
        for query in (*field.examples, f"{field.name}:*", f"-{field.name}:*"):
            assert shelf.found(query) == shelf.expected(query), query


def bought(word: str, **more: object) -> Checkout:
    """A checkout of one line with this title."""
    moment = from_datetime(NOW) - 30 * HOUR
    fields = {"platform": "shopify", "created_at": moment, "updated_at": moment, "currency": "USD"} | more
    return Checkout(**fields, line_items=[line(1, word, None)])  # type: ignore[arg-type]


def test_difficult_searches_find_the_expected_checkouts(store: Store) -> None:
    bob = Customer(id=1, created_at=1, updated_at=1, first_name="Bob", last_name="Norman", email="bob@example.com")
    shelf = store.shop(
        [
            bought("green hoodie", customer=bob, customer_id=1, note="gift", total_price=100_5000),
            bought("hoodie, green", email="BOB@example.com", note="normж"),
            bought("Norman", completed_at=from_datetime(NOW), total_price=100_0000),
            bought("東京 タワー", shipping_address={"country_code": "JP", "country": "Japan", "last_name": "norm"}),
            bought("it's", closed_at=1, custom_attributes=[{"key": "Gift", "value": "yes"}]),
        ]
    )
    other = store.shop([bought("green hoodie", note="gift")])
    first, second, third, fourth, fifth = shelf.expected("")
    expected = {
        "": [first, second, third, fourth, fifth],
        '"green hoodie"': [first],
        '"hoodie green"': [second],
        '"hoodie bob"': [],
        "norm*": [first, third, fourth],
        "note:nor*": [second],
        "note:normж": [second],
        "-note:*": [third, fourth, fifth],
        "-note:gift": [second, third, fourth, fifth],
        "-completed_at:>2020": [first, second, fourth, fifth],
        "-(completed_at:>2020 OR note:gift)": [second, fourth, fifth],
        "n*": [first, third, fourth],
        "h*": [first, second],
        "京": [fourth],
        "product_title:東京*": [fourth],
        "email:bob@example.com": [first, second],
        "email:bob*": [first, second],
        "email:ob*": [],
        "customer_id:1": [first],
        "customer_id:gid://shopify/Customer/1": [first],
        "product_id:1": [first, second, third, fourth, fifth],
        "product_id:>1": [],
        "-product_id:1": [],
        "total_price:100.5": [first],
        "total_price:>100.00001": [first],
        "total_price:<100.49999": [second, third, fourth, fifth],
        "country:jp": [fourth],
        "country:japan": [fourth],
        "attribute:gift": [fifth],
        "attribute:gift=YES": [fifth],
        "currency:usd": [first, second, third, fourth, fifth],
        "abandoned_for:>=24": [first, second, third, fourth, fifth],
        "abandoned_for:30 OR abandoned_for:29": [first, second, third, fourth, fifth],
        "abandoned_for:>31": [],
        "status:closed": [fifth],
        "-status:closed": [first, second, third, fourth],
        f"id:{first},{second}": [first, second],
        "id:<99999999999999999999": [first, second, third, fourth, fifth],
        "id:>99999999999999999999": [],
        'note:"\'; DROP TABLE shops; --"': [],
        "\x00\ud800 note:'\x00'": [first, second, third, fourth, fifth],
    }
    for query, ids in expected.items():
        assert shelf.found(query) == ids, query
        assert shelf.expected(query) == ids, query
        assert shelf.count(query) == len(ids), query
    assert len(other.found("green hoodie")) == 1  # a shop finds its own checkouts


@pytest.mark.parametrize(
    "query",
    [
        "-(hoodie OR " * 99 + "bob",
        "-(status:open OR " * 99 + "bob",
        "-(hoodie -(status:closed OR " * 49 + "bob" + "))" * 49,
        "(hoodie OR (" * 99 + "bob",
        "(hoo* OR (-x*" * 90 + "bob",
        *("(hoo* -(id:>5" * levels + " bo*" for levels in range(1, 9)),
        *("(status:open (hoo* OR " * levels + "bo*" for levels in range(1, 9)),
        "x -(a* OR id:>3)",
        "zz* (created_at:>2026-06-05 OR status:open OR zz* OR d)",
        '(status:open OR lamp OR -(email:a* OR id:5 OR zz* OR "b c*") OR (lamp (id:>5 OR (zz* status:closed))))',
        "(hoodie (" * 900 + "bob",
        "(" * 4000 + "hoodie",
        " OR ".join(f"id:{number}" for number in range(800)),
        " OR ".join(f"w{number}" for number in range(800)),
        " ".join(f"-w{number}" for number in range(800)),
        " ".join(["hoodie"] * 1000),
        "id:" + ",".join(str(number) for number in range(1500)),
    ],
    ids=lambda query: f"{query[:30]}…",
)
def test_the_longest_and_deepest_searches_are_executed(store: Store, query: str) -> None:
    """Searches of the maximum length, in forms that SQL parsers would refuse."""
    assert len(query) <= 8192
    shelf = store.shop([bought("hoodie"), bought("bob", closed_at=1)])
    assert shelf.found(query) == shelf.expected(query)
    assert shelf.count(query) == len(shelf.expected(query))


def test_a_term_repeated_a_thousand_times_is_searched_once(store: Store) -> None:
    """On 100,000 checkouts, 2,700 repetitions of a prefix would take four minutes, and 1,500 ids five seconds."""
    shelf = store.shop([bought("hoodie"), bought("bob")])
    once, often = shelf.listing("hoo* -bob id:>0"), shelf.listing("hoo* -bob id:>0 " * 500)
    assert [str(each) for each in often.conditions] == [str(each) for each in once.conditions]
    (listed,) = shelf.listing(" OR ".join(f"id:{number} OR total_price:{number}" for number in range(300))).conditions
    assert str(listed).count(" OR ") == 1 and str(listed).count(" IN ") == 2


@pytest.mark.parametrize("word", ["x" * 900, "é" * 100], ids=["long words", "words beyond ASCII"])
def test_the_start_of_a_text_that_is_too_long_for_the_index_is_found(store: Store, word: str) -> None:
    shelf = store.shop([bought("bob " + " ".join(f"{word}{number}" for number in range(2000))), bought("x")])
    first, _ = shelf.expected("")
    assert shelf.found("bob") == shelf.found(f"{word}7") == [first]


def test_a_search_too_deep_for_a_database_is_refused(store: Store) -> None:
    shelf = store.shop([])
    with pytest.raises(SearchTooDeepError, match="more than 200 levels of nested groups"):
        shelf.listing("-(hoodie OR " * 600 + "bob")


def test_relevance_sorts_by_words_and_pages_by_score(store: Store) -> None:
    shelf = store.shop(
        [
            bought("hoodie in a very long title of many other words that say nothing"),
            bought("green hoodie", note="other"),
            bought("hoodie hoodie green green"),
            bought("something else"),
            bought("green hoodie", note="other"),
        ]
    )
    store.shop([bought("green hoodie hoodie green")])
    listing = shelf.listing("green OR hoodie OR status:open", ranked=True)
    rows = list(shelf.page(listing, PageWindow(first=10)).rows)
    scores = [row["sort_value"] for row in rows]
    assert len(rows) == 5 and scores == sorted(scores) and all(isinstance(score, float) for score in scores)
    ids = [row["id"] for row in rows]
    numbers = sorted(ids)
    assert ids.index(numbers[2]) < ids.index(numbers[0])  # twice the words before once among many others
    assert ids.index(numbers[1]) + 1 == ids.index(numbers[4])  # equal scores by id
    assert ids[-1] == numbers[3] and scores[-1] == 0.0  # no word at all
    paged, after = [], None
    for _ in range(5):
        row = shelf.page(listing, PageWindow(first=1, after=after)).rows[0]
        paged.append(row["id"])
        after = Position(float(repr(row["sort_value"])), row["id"])
    assert paged == ids
    assert [row["id"] for row in shelf.page(listing, PageWindow(last=10, reverse=True)).rows] == ids[::-1]
    assert shelf.listing("status:open", ranked=True).rank is None  # nothing to rank by
    assert shelf.listing("-green", ranked=True).rank is None


@pytest.mark.parametrize(
    "query",
    [
        "green",
        "green hoodie",
        "green OR hoodie",
        "gre*",
        "green status:open",
        "status:open green -hoodie",
        "hoodie (green OR status:closed)",
        "(green OR hoodie) (status:open OR id:>0) -bob",
        "id:>0 id:<9999999999999999 green",
        "nothing",
        " OR ".join(["green", *(f"w{number}" for number in range(40)), "hood*"]),
        " ".join(f"-w{number}" for number in range(40)) + " green",
    ],
)
def test_sorting_by_relevance_finds_the_same_rows(store: Store, query: str) -> None:
    shelf = store.shop(
        [bought("green hoodie"), bought("green", closed_at=1), bought("hoodie", closed_at=1), bought("bob")]
    )
    store.shop([bought("green hoodie")])
    ranked = shelf.page(shelf.listing(query, ranked=True), PageWindow(first=10)).rows
    assert sorted(row["id"] for row in ranked) == shelf.expected(query)
    scores = [row["sort_value"] for row in ranked]
    assert scores == sorted(scores)


@pytest.mark.parametrize("value", ["\x00", "bob\x00", "\ud800"], ids=ascii)
@pytest.mark.parametrize("field", ["contact_email", "uuid", "coupon_code"])
def test_characters_that_databases_cannot_store_are_not_found(store: Store, field: str, value: str) -> None:
    """Wix's filters compare texts without folding."""
    shelf = store.shop([bought("bob", email="bob")])
    whole = Listing("abandoned_checkouts", shelf.shop.id, SortOrder("id"))
    narrower = narrowed(whole, Range(field, "eq", value), dialect=store.database.dialect)
    assert shelf.page(narrower, PageWindow(first=5)).rows == ()


@pytest.mark.parametrize("ranked", [False, True])
@pytest.mark.parametrize(("one", "other"), [("green", "status:open OR x"), ("green", "hoodie"), ("-bob", "green OR x")])
def test_two_searches_can_narrow_one_list(store: Store, one: str, other: str, ranked: bool) -> None:
    shelf = store.shop([bought("green hoodie"), bought("green", closed_at=1), bought("hoodie")])
    both = shelf.listing(other, ranked, of=shelf.listing(one, ranked))
    found = [row["id"] for row in shelf.page(both, PageWindow(first=10)).rows]
    assert sorted(found) == [each for each in shelf.expected(one) if each in shelf.expected(other)]
