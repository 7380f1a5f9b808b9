"""Records new facts of checkouts, and what they change in the sums, in the caller's transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.facts import CheckoutFacts, FactDays, Sums, add_counts, days_of
from abandoned_checkouts.reports.how import recovered_how
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.engine.statements import chunks, delete_rows, put_rows
from abandoned_checkouts.store.engine.stored_numbers import stored_numbers
from abandoned_checkouts.store.reports.changes import append_changes
from abandoned_checkouts.store.reports.fact_rows import COLUMNS, load_facts, row_of
from abandoned_checkouts.store.tables import report_actions, report_checkouts

# Built once: every report of a checkout runs them.
_actions = report_actions.c
_FIRST_ACTIONS = (
    select(_actions.checkout_id, _actions.kind, func.min(_actions.at))
    .where(_actions.shop_id == bindparam("shop_id"), _actions.checkout_id.in_(bindparam("values", expanding=True)))
    .group_by(_actions.checkout_id, _actions.kind)
)
_MAILS = rows_with(report_actions, "checkout_id", ("checkout_id", "at", "part")).where(_actions.kind == "sent")


@dataclass(frozen=True, slots=True)
class PreparedFacts:
    """The facts of a new checkout, their days and their row, computed before the transaction."""

    facts: CheckoutFacts
    days: FactDays
    row: RowValues


class PreparedSums:
    """The counts of prepared facts, and the rows of their products by the products' keys."""

    def __init__(self) -> None:
        self.sums: Sums = {}
        self.products: dict[str, RowValues] = {}
        self.number = 0

    def add(self, prepared: PreparedFacts, products: Mapping[str, RowValues]) -> None:
        add_counts(self.sums, prepared.facts, prepared.days)
        self.products.update(products)
        self.number += 1


NOTHING_PREPARED: Mapping[int, PreparedFacts] = MappingProxyType({})


async def note_checkouts(
    connection: AsyncConnection,
    shop: Shop,
    reported: Mapping[int, CheckoutFacts],
    prepared: Mapping[int, PreparedFacts] = NOTHING_PREPARED,
    counted: PreparedSums | None = None,
) -> None:
    """Record what a source reports of checkouts, by their numbers. Facts that only this server knows are kept: mails,
    visits, purchases elsewhere, and how a checkout was recovered.

    If the reported facts are those in `prepared`, their days and rows are not computed again, and neither are their
    counts if they are all that is in `counted`. This changes `counted`."""
    if not reported:
        return
    known = await load_facts(connection, shop.id, reported)
    after: dict[int, CheckoutFacts] = {}
    # A mail or a visit may have been recorded before the checkout.
    actions = await _first_actions(connection, shop, [number for number in reported if number not in known])
    for number, facts in reported.items():
        if number in known:
            after[number] = _with_known(facts, known[number][0], rules_of(shop).attribution)
        else:
            first = actions.get(number)
            if first is None:
                after[number] = facts
            else:
                mailed_at = earliest(facts.mailed_at, first.get("sent"))
                after[number] = replace(facts, mailed_at=mailed_at, visited_at=first.get("visit"))
    await _set_how(connection, shop, after)
    await put_facts(connection, shop, known, after, prepared, counted)


def _with_known(facts: CheckoutFacts, before: CheckoutFacts, window: int) -> CheckoutFacts:
    elsewhere_at, start = before.elsewhere_at, facts.abandoned_at
    if elsewhere_at is None or start is None or not start <= elsewhere_at < start + window:
        elsewhere_at = None
    stays = facts.recovered_at is not None and facts.recovered_at == before.recovered_at
    return replace(
        facts,
        has_contact=facts.has_contact or before.has_contact,
        mailed_at=earliest(facts.mailed_at, before.mailed_at),
        visited_at=earliest(facts.visited_at, before.visited_at),
        elsewhere_at=earliest(facts.elsewhere_at, elsewhere_at),
        how=before.how if stays else None,
        flow_step=before.flow_step if stays else None,
        shopper=before.shopper if facts.shopper is None else facts.shopper,
    )


def earliest(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


async def _set_how(connection: AsyncConnection, shop: Shop, after: dict[int, CheckoutFacts]) -> None:
    """Set how each newly recovered checkout was recovered. It is not decided again later."""
    new = [number for number, facts in after.items() if facts.recovered_at is not None and facts.how is None]
    with_mails = [number for number in new if after[number].mailed_at is not None]
    mails = await _mails_of(connection, shop, with_mails)
    window = rules_of(shop).attribution
    for number in new:
        facts = after[number]
        bought_at = facts.recovered_at or 0
        sent = [(at, part) for at, part in mails.get(number, ()) if at <= bought_at]
        last_at, step = max(sent, default=(facts.mailed_at, None))
        how = recovered_how(bought_at, facts.visited_at, last_at, window)
        in_time = last_at is not None and bought_at < last_at + window
        after[number] = replace(facts, how=how, flow_step=step if how != "itself" and in_time else None)


async def _first_actions(
    connection: AsyncConnection, shop: Shop, numbers: Sequence[int]
) -> Mapping[int, Mapping[str, int]]:
    """When the first action of each kind was, by the checkout's number and the kind."""
    found: dict[int, dict[str, int]] = {}
    for part in chunks(await stored_numbers(connection, report_actions, "checkout_id", shop.id, numbers)):
        for number, kind, at in await connection.execute(_FIRST_ACTIONS, {"shop_id": shop.id, "values": part}):
            found.setdefault(number, {})[kind] = at
    return found


async def _mails_of(
    connection: AsyncConnection, shop: Shop, numbers: Sequence[int]
) -> dict[int, list[tuple[int, str]]]:
    """When each mail was sent, and by which step, by the checkout's number."""
    found: dict[int, list[tuple[int, str]]] = {}
    for part in chunks(numbers):
        for row in await connection.execute(_MAILS, {"shop_id": shop.id, "values": part}):
            found.setdefault(row.checkout_id, []).append((row.at, row.part))
    return found


async def change_facts(
    connection: AsyncConnection,
    shop: Shop,
    numbers: Collection[int],
    change: Callable[[CheckoutFacts], CheckoutFacts],
) -> None:
    """Change the facts of these checkouts. Those that are not known are left out."""
    known = await load_facts(connection, shop.id, numbers)
    await put_facts(connection, shop, known, {number: change(facts) for number, (facts, _) in known.items()})


async def put_facts(
    connection: AsyncConnection,
    shop: Shop,
    known: Mapping[int, tuple[CheckoutFacts, FactDays]],
    after: Mapping[int, CheckoutFacts],
    prepared: Mapping[int, PreparedFacts] = NOTHING_PREPARED,
    counted: PreparedSums | None = None,
) -> None:
    """Store facts over those that `load_facts` returned, and append what changes in the sums. `prepared` and
    `counted` are those of `note_checkouts`."""
    as_prepared = {
        number for number, ready in prepared.items() if number not in known and after.get(number) is ready.facts
    }
    are_counted = counted is not None and len(as_prepared) == counted.number
    changes: Sums = counted.sums if counted is not None and are_counted else {}
    rows = []
    for number, facts in after.items():
        if number in as_prepared:
            ready = prepared[number]
            rows.append(ready.row)
            if not are_counted:
                add_counts(changes, facts, ready.days)
            continue
        days = days_of(facts, shop.timezone)
        before = known.get(number)
        if before == (facts, days):
            continue
        rows.append(row_of(shop.id, number, facts, days))
        if before is not None:
            add_counts(changes, *before, -1)
        add_counts(changes, facts, days)
    await put_rows(connection, report_checkouts, COLUMNS, rows)
    await append_changes(connection, shop.id, changes)


async def renumber_facts(connection: AsyncConnection, shop: Shop, moved: Mapping[int, int]) -> None:
    """Give the facts of checkouts their new numbers: `moved` is old → new."""
    table = report_checkouts
    for old, new in moved.items():
        known = await load_facts(connection, shop.id, (old, new))
        if old not in known:
            continue
        if new in known:
            changes: Sums = {}
            add_counts(changes, *known[old], -1)
            await append_changes(connection, shop.id, changes)
            await delete_rows(connection, table, ("shop_id", "id"), [(shop.id, old)])
        else:
            mine = (table.c.shop_id == shop.id) & (table.c.id == old)
            await connection.execute(update(table).where(mine).values(id=new))
        actions = report_actions
        of_old = (actions.c.shop_id == shop.id) & (actions.c.checkout_id == old)
        await connection.execute(update(actions).where(of_old).values(checkout_id=new))
