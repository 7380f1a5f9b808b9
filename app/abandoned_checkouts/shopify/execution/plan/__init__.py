"""Execution by plan: an operation is compiled once into SQL and Python code; each request only runs them.

What becomes of one document
============================

    query ($first: Int!) { abandonedCheckouts(first: $first) { nodes {
      id  total: totalPriceSet { shopMoney { amount } }  customer { firstName }  lineItems(first: 2) { nodes { title } }
    } } }

1. `plans` keeps a plan for each outcome of the operation's @include and @skip, and makes it at the first request.
2. `selection` opens the fragments, decides the conditions and puts equal response keys together.
3. `roots` sees by the source of `abandonedCheckouts` that it is a list of a table (`root_lists`; counts are there too,
   single rows by id in `root_lookups`). Sources are what Strawberry fields say beside their resolver of where their
   value comes from (shopify/schema/resolving/sources); a plan is made from nothing else.
4. `compiler` goes down from there. Each list and each row of another table begins a level (`level`): here checkouts,
   customers and line items. `objects` finds for each field the code that writes it, and asks the level for the columns
   that the code reads: for checkouts `id` and `total_price`. Leaves are made texts by `leaves`.
5. A field that is not made of its row's columns is a part, found for all rows of the level at once: `customer` is a
   row of another table (`joined`), `lineItems` a page of rows of another table (`listed`, the page itself in
   `connections`). `parsed` has objects kept as JSON, `resolved` has what only a resolver knows: graphql-core runs
   those fields, in the midst of the plan.
6. `writer` makes a function of each level's code. This one writes the checkouts; k0 remembers the texts of amounts:

       def write(request, cursor, rows, p0s, p1s):
           texts = []
           add = texts.append
           for (c0, c1, c2, ), p0, p1 in zip(rows, p0s, p1s):
               f0 = k0[c1]
               add(f'{{"id":"gid://shopify/AbandonedCheckout/{c0}","total":{{"shopMoney":{{"amount":{f0}}}}},'
                   f'"customer":{p0},"lineItems":{p1}}}')
           return texts

7. At a request `plan` runs it: roots are prepared (arguments taken in `arguments`, searches understood), then rows
   are read and written, level by level. On SQLite these are the statements, the table's name left out of columns:

       SELECT id, total_price, customer_id FROM abandoned_checkouts
           WHERE shop_id = ? AND id > ? ORDER BY id ASC LIMIT ? OFFSET ?
       SELECT id, first_name FROM customers
           WHERE shop_id = ? AND id IN (SELECT anon_1.value FROM json_each(?) AS anon_1)
       SELECT checkout_id, title FROM line_items
           WHERE shop_id = ? AND position > ? AND checkout_id IN (SELECT anon_1.value FROM json_each(?) AS anon_1)
           ORDER BY checkout_id, position LIMIT ? OFFSET ?

   `run` holds what one run found beside the text: counts for the actual cost, entries of extensions.search.
   `explain` tells a run step by step: send the header X-Explain-Plan: 1 to see all this for a document of yours.

No object is built for a node, nothing is awaited for a field, and a text is never parsed again.

How a plan asks the database
============================

What reads is a generator (`Asking` in store/reading/snapshots): it yields queries (reading/queries) and is sent the
rows; parts pass questions on by `yield from`. So one and the same plan runs on SQLite in a thread without an await, on
asyncpg with one await a statement, and on a connection of SQLAlchemy when resolvers have to see the same snapshot:
then what is yielded may also be a resolver's awaitable. Nothing in here knows SQL.

What a plan does not do
=======================

A plan never answers with an error. Whatever it cannot do, a null where none may be, a cursor that is none, raises;
`Plans.run` then gives None and graphql-core answers the whole document, with every error as it words it. Reads have no
side effects, so nothing is lost but time. `FALLBACKS` counts the reasons.

    plans = plans_of(operation.schema, operation.document, operation.node)   # cheap; keep it with the operation
    answer = await plans.run(request, variables, snapshots)                  # None: graphql-core has to answer
    answer.data     bytes of the JSON value of `data`, equal to what orjson makes of graphql-core's result
    answer.returned(operation.cost)
                    how many rows and objects came back at each path, as Cost.actual(variables, returned) takes it
    answer.search   entries of extensions.search, each with the path of its field, aliases and all
"""

from abandoned_checkouts.shopify.execution.plan.plan import Answer
from abandoned_checkouts.shopify.execution.plan.plan_cache import FALLBACKS, Plans, plans_of

__all__ = ["FALLBACKS", "Answer", "Plans", "plans_of"]
