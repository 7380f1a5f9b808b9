"""The number of statements for a response: rows that a page refers to are read with one statement."""

from sqlalchemy import event

from abandoned_checkouts.store.engine.database import Database
from tests.shopify.asker import Asker

PAGE = """{ abandonedCheckouts(first: 30) { nodes {
  customer { displayName lastOrder { name } metafields(first: 2) { nodes { key } } }
  lineItems(first: 5) { nodes { product { title variants(first: 3) { nodes { title } } featuredImage { url } }
    variant { displayName image { url } } } } } } }"""
ABANDONMENTS = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Abandonment { emailState inventoryAvailable
  customerHasNoOrderSinceAbandonment daysSinceLastAbandonmentEmail isMostSignificantAbandonment
  productsAddedToCart(first: 5) { nodes { product { title } variant { title } } } } } }"""


class Counted:
    """Counts the statements that a store runs."""

    def __init__(self, database: Database) -> None:
        self.statements: list[str] = []
        for engine in {database._reader.sync_engine, database._writer.sync_engine}:
            event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            self.statements.append(statement)


async def test_a_page_with_all_it_points_at_takes_a_statement_a_table(ask: Asker) -> None:
    counted = Counted(ask.database)
    await ask(PAGE)
    tables = 2 + len(("abandoned_checkouts", "customers", "orders", "metafields", "line_items"))
    tables += len(("products", "product_variants", "product_variants by product", "product_images"))
    shown = "\n\n".join(counted.statements)
    assert len(counted.statements) <= tables, f"{len(counted.statements)} statements:\n{shown}"


async def test_many_abandonments_take_no_more_than_one(ask: Asker) -> None:
    counted = Counted(ask.database)
    rows = await ask.one("SELECT count(*) FROM abandonments")
    async with ask.database.read() as connection:
        found = (await connection.exec_driver_sql("SELECT id FROM abandonments")).scalars().all()
    ids = [f"gid://shopify/Abandonment/{number}" for number in found]
    taken = []
    for some_ids in (ids[:1], ids):
        counted.statements.clear()
        await ask(ABANDONMENTS, ids=some_ids)
        taken.append(len(counted.statements))
    assert rows > 5 and taken[1] <= taken[0] + 3, taken
