"""python -m tests.benchmarks.documents: ten documents of our docs, examples and clients, each beside an endpoint that
an engineer would write by hand for it.

For each document, the table has the CPU time of this server for a request, and its ratio to the endpoint by hand. Dates
and cursors differ from request to request, so most requests have a search or a literal that is new to the server.
"""

import argparse
import ast
import asyncio
import re
import statistics
from datetime import UTC, datetime, timedelta
from random import Random

from tests.benchmarks.execution import BY_HAND, OURS, check_equal, contenders, give_token
from tests.benchmarks.queries import Question, cursor_of, questions
from tests.benchmarks.seed import FIRST_ID, START, bench_store
from tests.places import ROOT

# The ratio that is required of pages of up to 50 rows, and of larger pages.
_REQUIRED, _REQUIRED_OF_LARGE = 1.5, 1.2
_EXAMPLES = ROOT / "app/abandoned_checkouts/explorer/examples"
_DAYS, _BODIES = 14, 200


def documents(size: int) -> list[Question]:
    """The ten documents. `name` is that of the function in documents_by_hand."""
    dice = Random(5)
    cursors = [cursor_of(FIRST_ID + dice.randrange(size - 300)) for _ in range(_BODIES)]
    days = [_day(dice.randrange(_DAYS)) for _ in range(_BODIES)]
    after = tuple({"after": cursor} for cursor in cursors)
    connector = _constant("tests/clients/bulk_documents.py", "PAGES")
    known = {each.title: each for each in questions(FIRST_ID, size, START)}
    ids = tuple(
        {"ids": [f"gid://shopify/AbandonedCheckout/{FIRST_ID + dice.randrange(size)}" for _ in range(10)]}
        for _ in range(_BODIES)
    )
    return [
        Question("docs/testing: 50 totals", "totals", _in_testing_page(), ({},), 60),
        Question("example recovery_app", "lost", _constant("docs/examples/recovery_app.py", "LOST"), after, 60),
        _of_explorer("10-most-valuable-today", "most_valuable", days),
        _of_explorer("60-over-100-last-week", "last_week", days),
        Question(
            "client in Python, 250", "edges", _constant("tests/clients/test_python.py", "PAGE"), _sized(250, after), 24
        ),
        Question(
            "client Apollo, 100",
            "apollo",
            (ROOT / "tests/clients/node_apart/queries.graphql").read_text(),
            _sized(100, after),
            40,
        ),
        Question("connector, 5 with lines", "connector", connector, after, 100),
        Question("ten by nodes", "ten", _TEN, ids, 200),
        known["page of 10, filter"],
        known["one by node"],
    ]


_TEN = """query Changed($ids: [ID!]!) {
  nodes(ids: $ids) { ... on AbandonedCheckout { id name updatedAt totalPriceSet { shopMoney { amount } } } }
}"""


def _day(number: int) -> str:
    return (datetime.fromtimestamp(START / 10**6, UTC) + timedelta(days=number)).strftime("%Y-%m-%d")


def _sized(first: int, after: tuple[dict[str, object], ...]) -> tuple[dict[str, object], ...]:
    return tuple({"first": first, **each} for each in after)


def _of_explorer(example: str, name: str, days: list[str]) -> Question:
    """An example of the explorer. The date in its text is a variable here, so that requests can differ."""
    text = (_EXAMPLES / f"{example}.graphql").read_text()
    literal = re.search(r'query: "([^"]*)"', text)
    assert literal is not None
    search = re.sub(r"\{today[^}]*\}", "DAY", literal[1])
    text = text.replace(literal[0], "query: $query")
    text = re.sub(r"query \w+ \{", "query Example($query: String) {", text, count=1)
    bodies = tuple({"query": search.replace("DAY", day)} for day in days)
    return Question(f"explorer {example[3:]}", name, text, bodies, 40)


def _constant(path: str, name: str) -> str:
    """The text of a constant in a Python file, which may consist of other constants of the file."""
    values: dict[str, object] = {}
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.JoinedStr):
            code = compile(ast.Expression(node.value), path, "eval")
            values.update({each.id: eval(code, dict(values)) for each in node.targets if isinstance(each, ast.Name)})
    return str(values[name])


def _in_testing_page() -> str:
    found = re.search(r'graphql\("(\{ abandonedCheckouts\(first: 50\) .*?)"\)', (ROOT / "docs/testing.md").read_text())
    assert found is not None
    return found[1]


async def compare(size: int, rounds: int, only: str) -> None:
    url = f"sqlite+aiosqlite:///{bench_store(size).absolute()}"
    await give_token(url)
    selected = [each for each in documents(size) if only in each.title]
    ours, by_hand = contenders(url, (OURS, BY_HAND))
    try:
        for contender in (ours, by_hand):
            await contender.start()
        for question in selected:
            await check_equal(question, (ours, by_hand))
        for _ in range(rounds):
            for question in selected:
                for contender in (ours, by_hand):
                    await contender.measure(question, question.repeats)
    finally:
        ours.stop()
        by_hand.stop()
    for question in selected:
        ms, hand = (statistics.median(each.cpu[question.title]) for each in (ours, by_hand))
        first = question.bodies[0].get("first", 0)
        required = _REQUIRED_OF_LARGE if isinstance(first, int) and first > 50 else _REQUIRED
        met = "met" if ms / hand <= required else "NOT MET"
        print(f"{question.title:32}{ms:8.2f} ms CPU{ms / hand:8.2f} of by hand  ≤ {required}  {met}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.documents", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="checkouts in the store (100,000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (3)")
    parser.add_argument("--only", default="", help="a part of the title of a document; others are not measured")
    given = parser.parse_args()
    bench_store(given.size)  # Creating it starts another event loop.
    asyncio.run(compare(given.size, given.rounds, given.only))


if __name__ == "__main__":
    main()
