"""The rule about statements and shops, on statements that follow it and on others."""

import pytest

from tests.shop_statements import problems_of

OF_ONE_SHOP = [
    "SELECT * FROM events WHERE shop_id = $1 AND dispatched_at IS NULL FOR UPDATE SKIP LOCKED",
    "SELECT shop_id FROM events WHERE dispatched_at IS NULL",
    "UPDATE events SET dispatched_at = $1 WHERE events.shop_id = $2::BIGINT AND events.id IN ($3, $4)",
    "DELETE FROM carts WHERE carts.shop_id = 5",
    "SELECT shops.settings FROM shops WHERE shops.id = $1 FOR UPDATE",
    "SELECT a.id FROM events a JOIN deliveries d ON d.shop_id = a.shop_id AND d.event_id = a.id",
    "SELECT a.id FROM events a, deliveries d WHERE a.shop_id = $1 AND d.shop_id = $2",
    "SELECT a.id FROM events a WHERE a.shop_id = $1 AND EXISTS (SELECT 1 FROM events b WHERE b.shop_id = a.shop_id) "
    "FOR UPDATE OF a",
    "INSERT INTO carts (shop_id, token) VALUES ($1, $2)",
    "CREATE INDEX an_index ON events (shop_id)",
]
OF_SEVERAL = {
    "SELECT * FROM events WHERE dispatched_at IS NULL FOR UPDATE": "events is not limited to one shop",
    "SELECT * FROM events WHERE shop_id = $1 OR id = $2 FOR UPDATE": "events is not limited to one shop",
    "SELECT * FROM events WHERE NOT shop_id = $1 FOR SHARE": "events is not limited to one shop",
    "UPDATE events SET dispatched_at = $1 WHERE id = $2": "events is not limited to one shop",
    "UPDATE events SET shop_id = $1 WHERE id = $2": "events is not limited to one shop",
    "DELETE FROM carts WHERE seen_at < $1": "carts is not limited to one shop",
    "WITH old AS (SELECT id FROM carts) DELETE FROM events WHERE id = 1": "events is not limited to one shop",
    "SELECT a.id FROM events a JOIN deliveries d ON d.event_id = a.id WHERE a.shop_id = $1": (
        "events and deliveries may be of two shops"
    ),
    "SELECT a.id FROM events a, deliveries d WHERE d.event_id = a.id": "events and deliveries may be of two shops",
}


@pytest.mark.parametrize("statement", OF_ONE_SHOP)
def test_a_statement_of_one_shop_has_no_problem(statement: str) -> None:
    assert problems_of(statement) == []


@pytest.mark.parametrize(("statement", "problem"), OF_SEVERAL.items())
def test_a_statement_of_several_shops_is_found(statement: str, problem: str) -> None:
    assert problems_of(statement) == [problem]
