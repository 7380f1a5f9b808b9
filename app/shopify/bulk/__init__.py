"""Bulk operations: one query over everything, whose answer is a file of JSON lines.

    problems      every user error, each text once
    checks        what a query must be like to run in bulk
    expand        a query's selections apart: what a line holds, and which lists hang on it
    lines         lines by plan: the columns that each list needs, and the code that writes its lines from them
    by_resolvers  the same lines by graphql-core and the resolvers, whatever the query: what plans must equal
    run           one run over a stream of the store, into a file
    files         where results are: names in a folder, signed addresses that expire
    download      the door that serves them
    finished      what the webhook bulk_operations/finish says

A line is a node of a list: its fields without the lists, and `__parentId` last where it hangs on another node. A
node's lines follow it at once, list by list in the order of the query. (Shopify: bulk operations, recorded files.)
"""

# Shopify, since 2026-01: so many operations of an app on a shop run or wait at the same time.
MOST_AT_ONCE = 5
