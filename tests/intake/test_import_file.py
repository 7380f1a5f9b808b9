"""Files of both platforms are imported, in every format, repeatedly, and in spite of invalid records."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from abandoned_checkouts.intake.file_records import SourceError
from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.intake.import_result import Imported, Rejection
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.intake.samples import node, rest_checkout, rest_line, wix_checkout
from tests.intake.stored import content

DOMAIN = "acme.myshopify.com"
NOW = 1_790_000_000_000_000


def lines(*values: Any) -> bytes:
    return b"".join(orjson.dumps(value) + b"\n" for value in values)


def of_the_sdk(fields: dict[str, Any]) -> dict[str, Any]:
    """Wix's SDK puts "_" before the names that every entity has."""
    return {f"_{name}" if name in ("id", "createdDate", "updatedDate") else name: fields[name] for name in fields}


REST = [rest_checkout(number) for number in (1, 2, 3)]
BULK = lines(
    {key: value for key, value in node(8).items() if key != "lineItems"},
    {
        "id": "gid://shopify/AbandonedCheckoutLineItem/aa?checkout=t8&index=0",
        "title": "Lamp",
        "quantity": 1,
        "__parentId": "gid://shopify/AbandonedCheckout/8",
    },
    {
        "allocatedAmountSet": {"shopMoney": {"amount": "1.5", "currencyCode": "USD"}},
        "discountApplication": {"__typename": "DiscountCodeApplication", "index": 0, "code": "X"},
        "__parentId": "gid://shopify/AbandonedCheckoutLineItem/aa?checkout=t8&index=0",
    },
    {key: value for key, value in node(9).items() if key != "lineItems"},
)
# The name of the format → the file's bytes and the number of its checkouts.
FORMS: dict[str, tuple[bytes, int]] = {
    "JSON lines": (lines(*REST), 3),
    "JSON lines without a last line feed": (lines(*REST)[:-1], 3),
    "JSON lines with empty lines and CR": (lines(*REST).replace(b"\n", b"\r\n\r\n"), 3),
    "one JSON line": (lines(REST[0]), 1),
    "after a byte order mark": (b"\xef\xbb\xbf" + lines(*REST), 3),
    "compressed": (gzip.compress(lines(*REST)), 3),
    "an array": (orjson.dumps(REST), 3),
    "an array over many lines": (orjson.dumps(REST, option=orjson.OPT_INDENT_2), 3),
    "a REST page": (orjson.dumps({"checkouts": REST}), 3),
    "a REST page over many lines": (orjson.dumps({"checkouts": REST}, option=orjson.OPT_INDENT_2), 3),
    "a REST page a line": (lines({"checkouts": REST[:2]}, {"checkouts": REST[2:]}), 3),
    "one object over many lines": (orjson.dumps(REST[0], option=orjson.OPT_INDENT_2), 1),
    "one wrapped object": (orjson.dumps({"checkout": REST[0]}), 1),
    "a GraphQL page of edges": (
        orjson.dumps(
            {"data": {"abandonedCheckouts": {"edges": [{"cursor": "x", "node": node(4)}, {"node": node(5)}]}}}
        ),
        2,
    ),
    "a GraphQL page of nodes over many lines": (
        orjson.dumps({"data": {"carts": {"nodes": [node(4), node(5)]}}}, option=orjson.OPT_INDENT_2),
        2,
    ),
    "a GraphQL node": (orjson.dumps({"data": {"node": node(4)}}), 1),
    "bare nodes": (lines(node(4), node(5)), 2),
    "a connection without its answer": (orjson.dumps({"abandonedCheckouts": {"nodes": [node(4), node(5)]}}), 2),
    "a bare connection": (orjson.dumps({"edges": [{"node": node(4)}, {"node": node(5)}]}), 2),
    "objects over many lines": (b"\n".join(orjson.dumps(each, option=orjson.OPT_INDENT_2) for each in REST), 3),
    "a bulk file": (BULK, 2),
    "Wix's one": (orjson.dumps({"abandonedCheckout": wix_checkout()}), 1),
    "Wix's many": (orjson.dumps({"abandonedCheckouts": [wix_checkout()]}), 1),
    "Wix's lines": (lines(wix_checkout()), 1),
    "checkouts of Wix's SDK": (lines(of_the_sdk(wix_checkout())), 1),
    "an empty file": (b"", 0),
    "an empty list": (b"[]", 0),
}


@pytest.fixture
def bring(store: Database, tmp_path: Path) -> Callable[..., Any]:
    async def bring_in(data: bytes, domain: str = DOMAIN) -> tuple[Imported, list[Rejection]]:
        file = tmp_path / "file.json"
        file.write_bytes(data)
        rejections: list[Rejection] = []
        done = await import_file(store, domain, file, now=NOW, reject=rejections.append)
        return done, rejections

    return bring_in


@pytest.mark.parametrize("form", FORMS)
async def test_every_format_is_imported_and_a_second_import_changes_nothing(
    form: str, store: Database, bring: Callable[..., Any]
) -> None:
    data, count = FORMS[form]
    done, rejections = await bring(data)
    assert (rejections, done.changes["created"]) == ([], count), form
    before = await content(store, DOMAIN)
    assert len(before) == count
    done, rejections = await bring(data)
    assert (rejections, done.changes["unchanged"], done.changes.total()) == ([], count, count), form
    assert await content(store, DOMAIN) == before


async def test_a_new_shop_has_the_currency_of_its_first_record(store: Database, bring: Callable[..., Any]) -> None:
    await bring(lines(rest_checkout(1, currency="CAD", presentment_currency="CAD")), "new.example.com")
    async with store.read() as connection:
        shop = await find_shop(connection, "new.example.com")
    assert shop is not None and (shop.currency, shop.timezone) == ("CAD", "UTC")


async def test_broken_records_are_reported_and_the_others_are_imported(
    store: Database, bring: Callable[..., Any]
) -> None:
    data = (
        lines(rest_checkout(1))
        + b'{"id": 2, "created_at"\n[1]\n"text"\n'
        + lines(
            {"id": 3, "created_at": "2026-10-12T07:05:27Z"},
            {"hello": "world"},
            {"title": "Lamp", "__parentId": "gid://shopify/AbandonedCheckout/404"},
            rest_checkout(4),
        )
    )
    done, rejections = await bring(data)
    rejected = [(rejection.place, rejection.reason) for rejection in rejections]
    assert [place for place, _ in rejected] == [f"line {number}" for number in (2, 3, 4, 5, 6, 7)], rejected
    for (_, reason), words in zip(
        rejected,
        (
            "not valid JSON",
            "got 1",
            "got 'text'",
            "currency is missing",
            "keys: hello",
            "is not the id of an earlier line",
        ),
        strict=True,
    ):
        assert words in reason
    assert (done.rejected, sorted(await content(store, DOMAIN))) == (6, [1, 4])


async def test_the_records_of_a_list_that_ends_early_are_imported(store: Database, bring: Callable[..., Any]) -> None:
    whole = orjson.dumps({"checkouts": REST})
    done, (rejection,) = await bring(whole[:-40])
    assert rejection.place == "record 3" and "not valid JSON from here on" in rejection.reason
    assert sorted(await content(store, DOMAIN)) == [1, 2] and done.rejected == 1


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("within", [b"%s", b'{"count": 99999999999999999999, "checkouts": %s}'])
async def test_only_the_record_with_a_number_beyond_64_bits_is_rejected(
    store: Database, tmp_path: Path, place: int, within: bytes
) -> None:
    records = [orjson.dumps(record, option=orjson.OPT_INDENT_2) for record in REST]
    records[place] = records[place].replace(b'"id": %d' % (place + 1), b'"id": 99999999999999999999', 1)
    file = tmp_path / "checkouts.json"
    file.write_bytes(within % (b"[" + b",".join(records) + b"]"))
    rejections: list[Rejection] = []
    done = await import_file(store, DOMAIN, file, now=NOW, reject=rejections.append)
    assert (done.checkouts, [each.place for each in rejections]) == (2, [f"record {place + 1}"]), rejections
    assert "99999999999999999999" in rejections[0].reason


@pytest.mark.parametrize(
    ("said", "meant"),
    [(True, True), ("true", True), (1, True), (False, False), ("false", False), ("", False), (None, False)],
)
async def test_true_and_false_may_be_texts(store: Database, bring: Callable[..., Any], said: Any, meant: bool) -> None:
    await bring(lines(rest_checkout(1, taxes_included=said)))
    assert (await content(store, DOMAIN))[1]["taxes_included"] is meant


async def test_numbers_can_be_texts_but_texts_cannot_be_numbers(store: Database, bring: Callable[..., Any]) -> None:
    line = rest_line(quantity="2", price=199, product_id="632910392", line_price=398.0)
    valid = rest_checkout(1, id="1", total_price=379.69, total_tax=21.49, subtotal_price=358.2, line_items=[line])
    done, rejections = await bring(lines(valid, rest_checkout(2, email=5), rest_checkout(3, taxes_included="perhaps")))
    assert [rejection.reason for rejection in rejections] == [
        "unexpected type in email: expected a text, got 5",
        "unexpected type in taxes_included: expected true or false, got 'perhaps'",
    ]
    kept = (await content(store, DOMAIN))[1]
    assert (done.changes["created"], kept["total_price"], kept["line_items"][0]["quantity"]) == (1, 3_796_900, 2)


async def test_a_newer_record_is_stored_and_an_older_one_changes_nothing(
    store: Database, bring: Callable[..., Any]
) -> None:
    new = rest_checkout(1, note="new", updated_at="2026-10-12T10:00:00-04:00")
    old = rest_checkout(1, note="old", updated_at="2026-10-12T09:00:00-04:00")
    for order in ((new, old), (old, new)):
        await bring(lines(*order))
        assert (await content(store, DOMAIN))[1]["note"] == "new"
    done, _ = await bring(lines(old))
    assert done.changes == {"older": 1} and (await content(store, DOMAIN))[1]["note"] == "new"


async def test_a_page_with_few_fields_does_not_change_the_others(store: Database, bring: Callable[..., Any]) -> None:
    await bring(lines(rest_checkout(1)))
    before = (await content(store, DOMAIN))[1]
    few = {
        "id": "gid://shopify/AbandonedCheckout/1",
        "createdAt": "2026-10-12T11:05:27Z",
        "note": "",
        "customer": {"id": "gid://shopify/Customer/207119551", "firstName": "Augusta"},
    }
    done, _ = await bring(lines(few))
    after = (await content(store, DOMAIN))[1]
    assert done.changes == {"updated": 1}
    assert after["note"] == "" and after["customer"]["first_name"] == "Augusta"
    assert after["customer"]["last_name"] == "Byron"
    same = [name for name in before if name not in ("note", "customer")]
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


async def test_a_checkout_of_a_webhook_without_id_is_found_by_its_token(
    store: Database, bring: Callable[..., Any]
) -> None:
    source = rest_checkout(1)
    await bring(lines(source))
    later = {**source, "note": "again", "updated_at": "2026-10-13T00:00:00-04:00"}
    del later["id"], later["name"]
    done, _ = await bring(lines(later))
    stored = await content(store, DOMAIN)
    assert done.changes == {"updated": 1} and list(stored) == [1]
    assert (stored[1]["note"], stored[1]["name"]) == ("again", "#1")


async def test_the_same_number_in_two_shops_is_two_checkouts(store: Database, bring: Callable[..., Any]) -> None:
    await bring(lines(rest_checkout(1, note="here")), "one.example.com")
    await bring(lines(rest_checkout(1, note="there")), "two.example.com")
    assert (await content(store, "one.example.com"))[1]["note"] == "here"
    assert (await content(store, "two.example.com"))[1]["note"] == "there"


async def test_texts_in_every_script_are_kept_and_nul_is_replaced(store: Database, bring: Callable[..., Any]) -> None:
    note = "a\x00b 🎁 שלום 佐藤"
    await bring(lines(rest_checkout(1, note=note)))
    assert (await content(store, DOMAIN))[1]["note"] == note.replace("\x00", "\ufffd")


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (lines(REST[0]) + b"[" * 900 + b"]" * 900 + b"\n" + lines(REST[1]), ["line 2"]),
        (lines(REST[0], {**REST[2], "note_attributes": "@"}).replace(b'"@"', b"[" * 900 + b"]" * 900), ["line 2"]),
        (orjson.dumps([REST[0], "@"]).replace(b'"@"', b"[" * 900 + b"]" * 900), ["record 2"]),
        (b"[" * 200_000, ["record 1"]),
    ],
    ids=["a line", "in a line", "in a list", "nothing else"],
)
async def test_endless_nesting_is_refused(
    store: Database, bring: Callable[..., Any], data: bytes, places: list[str]
) -> None:
    _, rejections = await bring(data)
    assert [rejection.place for rejection in rejections] == places
    assert "deep" in rejections[0].reason


@pytest.mark.parametrize(
    "record",
    [
        rest_checkout(1, email=f"{'a' * 3000}@example.com"),
        rest_checkout(1, token="t" * 3000),
        rest_checkout(1, customer={"id": 7, "last_name": "n" * 3000}),
        rest_checkout(1, customer={"id": 7, "email": "c" * 3000}),
        wix_checkout(buyerInfo={"email": "w" * 3000}),
    ],
    ids=["e-mail", "token", "name", "customer's e-mail", "Wix's e-mail"],
)
async def test_a_value_that_is_too_long_for_an_index_is_refused(
    store: Database, bring: Callable[..., Any], record: Any
) -> None:
    _, (rejection,) = await bring(lines(record, rest_checkout(2)))
    assert "has 3,0" in rejection.reason and list(await content(store, DOMAIN)) == [2]


@pytest.mark.parametrize("kind", ["missing", "folder", "cut short", "binary"])
async def test_a_file_that_cannot_be_read_is_reported(sqlite_url: str, tmp_path: Path, kind: str) -> None:
    from abandoned_checkouts.store.engine.database import open_database

    file = tmp_path / "file.json.gz"
    if kind == "folder":
        file.mkdir()
    elif kind == "cut short":
        file.write_bytes(gzip.compress(lines(*REST))[:-20])
    elif kind == "binary":
        file.write_bytes(b"\x7fELF\x02\x01\x01\x00\x00")
    database = await open_database(sqlite_url)
    try:
        with pytest.raises(SourceError, match=r"file\.json\.gz cannot be read"):
            await import_file(database, DOMAIN, file, now=NOW)
    finally:
        await database.close()
