"""Execution by plan.

An operation is compiled once into a plan: the columns that each table must read, one SELECT for each level of the
answer, and Python code that writes the text of the answer from columns. Running it builds no object per node and
awaits nothing per field. Every Strawberry field says beside its resolver where its value comes from
(app/shopify/schema/sources); a plan is made from nothing else.

    plans = plans_of(operation.schema, operation.document, operation.node)   # cheap; keep it with the operation
    answer = await plans.run(request, variables, snapshots)                  # None: graphql-core has to answer
    answer.data     bytes of the JSON value of `data`, equal to what orjson makes of graphql-core's result
    answer.returned(operation.cost)
                    by response path without list positions: how many rows a page brought, how many objects were not
                    null: what Cost.actual(variables, returned) takes as `returned`
    answer.search   entries of extensions.search, each with the path of its field, aliases and all

The way through the files:

    selection     what the document selects: fragments opened, @include and @skip decided, equal keys merged
    compile       scope by scope: which rows are read (scope), which code writes them (objects → writer, leaves)
    joined, connections, parsed, resolved
                  the fields that need more than their row: rows of another table, pages, JSON, resolvers
    roots         the fields of the root: lists, counts, single rows by id
    plan, run     the whole, and one run of it; app/store/snapshots drives it over a database
    explain       a plan as a text for developers

A plan never answers with an error. Whatever it cannot do, a null where none may be, a cursor that is none, raises;
`run` then gives None and graphql-core answers, with every error as it words it. Reads have no side effects, so
nothing is lost but time. `FALLBACKS` counts the reasons.
"""

from app.shopify.plan.plan import Answer
from app.shopify.plan.plans import FALLBACKS, Plans, plans_of

__all__ = ["FALLBACKS", "Answer", "Plans", "plans_of"]
