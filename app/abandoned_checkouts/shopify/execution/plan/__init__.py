"""Execution by plan: an operation is compiled once into SQL and Python code; each request only runs them.

Takes a validated operation and a request; returns the response's data as bytes, or None when graphql-core must answer.
Imports schema/, the layers below it, and the queries of store/reading.

From a document to bytes
========================

    query ($first: Int!) { abandonedCheckouts(first: $first) { nodes {
      id  total: totalPriceSet { shopMoney { amount } }  customer { firstName }  lineItems(first: 2) { nodes { title } }
    } } }

1. `plan_cache` keeps a plan for each outcome of the operation's @include and @skip; the first request compiles it.
2. `selection` expands the fragments, decides the conditions and merges equal response keys.
3. `roots` sees in the source of `abandonedCheckouts` that it is a list of a table (`root_lists`, which has counts too;
   single rows by id are in `root_lookups`). A source says where a Strawberry field's value comes from, beside its
   resolver (shopify/schema/resolving/sources). A plan is made from sources alone.
4. `compiler` compiles the selections below. Each list and each row of another table begins a level (`level`): here
   checkouts and line items. `objects` selects the code that writes each field, and adds the columns that
   the code reads to the level: for checkouts `id` and `total_price`. `leaf_code` has the code of scalars and enums,
   `leaves` turns their values into text, and `templates` has the text of an object as its parts.
5. `customer` is a row of another table, which the SELECT of the checkouts joins (`field_sources` decides this). A field
   that is not made of its row's columns is a part, found for all rows of the level at once: `lineItems` is a page of
   rows of another table (`listed`; `connections` writes the page), and an object with more than columns is read by a
   statement of its own (`joined`). `parsed` has objects stored as JSON. `resolved` has fields that only a resolver can
   answer: graphql-core runs them inside the plan. Parts know the compiler as a `level_compiler`, which creates the
   writers of their levels.
6. `writer` generates a function for each level, when the document is sent for the second time or reads many rows.
   Before, `first_rows` writes the same text with the functions that all plans share, because Python takes longer to
   compile a function than to write a page of ten. The code has that of these functions (`row_functions`) inlined. This
   one writes the checkouts; k0 quotes a text, and k4 has the decimals of amounts (`number_texts`, `joined_texts`):

       def write(request, cursor, rows, p0s):
           texts = []
           add = texts.append
           for (c0, c1, c2, c3, ), p0 in zip(rows, p0s):
               if c2 is None:
                   v1 = f'null'
               else:
                   v1 = f'{{"firstName":{k1 if c3 is None else k0(c3)}}}'
               add(f'{{"id":"gid://shopify/AbandonedCheckout/{c0}",'
                   f'"total":{{"shopMoney":{{"amount":"{c1 // 10000 if c1 >= 0 else k3(c1)}'
                   f'{k4[c1 % 10000 if c1 >= 0 else c1 % -10000]}}}}},"customer":{v1},"lineItems":{p0}}}')
           return texts

7. `plan` runs for each request: it prepares the roots (`arguments` reads arguments, searches are parsed), then reads
   and writes the rows, level by level. On SQLite it runs these statements (without the table names before columns):

       SELECT id, total_price, j0.id AS j0_id, j0.first_name AS j0_first_name FROM abandoned_checkouts
           LEFT OUTER JOIN customers AS j0 ON j0.shop_id = shop_id AND j0.id = customer_id
           WHERE shop_id = ? AND id > ? ORDER BY id ASC LIMIT ? OFFSET ?
       SELECT checkout_id, title FROM line_items
           WHERE shop_id = ? AND position > ? AND checkout_id IN (SELECT anon_1.value FROM json_each(?) AS anon_1)
           ORDER BY checkout_id, position LIMIT ? OFFSET ?

   A row of eight or more columns is read as a JSON array on SQLite, which is faster; then `writer` also generates code
   that does not escape texts, for rows whose texts need none (store/reading/json_rows).

   `run` has the other results: counts for the actual cost, and entries of extensions.search.
   `explain` reports a run step by step. To see this for your document, send the header X-Explain-Plan: 1.

A run creates no object for a node, awaits nothing for a field, and parses no text twice.

How a plan queries the database
===============================

Parts that read are generators (`QuerySteps` in store/reading/snapshots): they yield queries (store/reading/queries) and
receive rows; a part passes on the queries of another by `yield from`. A part with many rows yields PAUSE now and then,
so that other requests can run. So the same plan runs on SQLite without an await, in slices or in a thread, on asyncpg
with one await for each statement, and on a connection of SQLAlchemy when resolvers must see the same snapshot: then it
can also yield a resolver's awaitable. On asyncpg, a plan that has read no more than a short page and its children reads
both by one statement from then on (store/reading/postgresql_steps). Nothing in this package knows SQL.

Fallback
========

A plan never returns an error. Anything it cannot do raises, for example a null in a non-null place or an invalid
cursor; `Plans.run` then returns None and graphql-core answers the whole document, with its errors. Reads have no side
effects, so only time is lost. `FALLBACKS` counts the reasons.

    plans = plans_of(operation.schema, operation.document, operation.node)   # cheap; keep it with the operation
    answer = await plans.run(request, variables, snapshots)                  # None: graphql-core has to answer
    answer.data     the JSON of `data`, the same bytes as graphql-core's result serialized by orjson
    answer.returned(operation.cost)
                    the number of rows and objects at each path, for Cost.actual(variables, returned)
    answer.search   the entries of extensions.search, each with the path of its field, with aliases
"""

from abandoned_checkouts.shopify.execution.plan.plan import PlanResult
from abandoned_checkouts.shopify.execution.plan.plan_cache import FALLBACKS, Plans, plans_of

__all__ = ["FALLBACKS", "PlanResult", "Plans", "plans_of"]
