"""Makes PostgreSQL plan each search of the full-text index for its words.

For a rare word, the best plan reads the full-text index and sorts the result. For a common word, it reads the rows in
the order of the page until the page is full. PostgreSQL's statistics say which words are common. But after five
executions of a prepared statement, PostgreSQL uses one plan for all words. Measured with 100,000 checkouts: 0.3 ms with
separate plans, 300 ms for a rare word with the common plan.

An exact count and a page by relevance read all documents that match. PostgreSQL assumes that most pages of the index
and the table are read from disk. So for a word that a sixth of the documents have, it reads the whole table and tests
the words of each row. If the table fits into PostgreSQL's memory (`shared_buffers`), it is better to read only the rows
that the index finds, unless more than about a third of all rows match. Measured with 1,000,000 checkouts: 0.2 s of CPU
instead of 0.6 s for a count. For a larger table, both ways take the same time, so PostgreSQL's plan is kept.
"""

# These are valid until the end of the transaction.
PLAN_BY_WORDS = "SET LOCAL plan_cache_mode = force_custom_plan"
# For the page of a search: also without other processes, because starting them takes longer than the page.
PLAN_PAGE = f"{PLAN_BY_WORDS}; SET LOCAL max_parallel_workers_per_gather = 0"
# For other statements, perhaps after a page.
PLAN_OTHERS = f"{PLAN_BY_WORDS}; SET LOCAL max_parallel_workers_per_gather TO DEFAULT"

# Whether the table of documents fits into PostgreSQL's memory.
FITS = "pg_relation_size('checkout_text') <= pg_size_bytes(current_setting('shared_buffers'))"
# For statements that read all documents that match, if the table fits. `work_mem` is for the numbers of 260,000 pages;
# with less, all rows of some pages would be tested again. If the operator has set more memory or a smaller cost, these
# are used.
PLAN_ALL = (
    f"{PLAN_OTHERS}; SELECT set_config('cpu_index_tuple_cost', '0.01', true), "
    "set_config('random_page_cost', least(current_setting('random_page_cost')::float8, 1.1)::text, true), "
    "set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), 16777216) / 1024 || 'kB', true) "
    f"WHERE {FITS}"
)
# Before other statements after those.
END_PLAN_ALL = (
    "SET LOCAL cpu_index_tuple_cost TO DEFAULT; SET LOCAL random_page_cost TO DEFAULT; SET LOCAL work_mem TO DEFAULT"
)


def is_planned_by_words(sql: str) -> bool:
    """Whether the statement searches PostgreSQL's full-text index."""
    return " AS TSQUERY)" in sql
