"""The measurements of execution: contenders in interleaved rounds, then a table of CPU, requests and ratios."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Sequence

import orjson

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.benchmarks.contenders import TOKEN, Contender
from tests.benchmarks.peers import QUESTIONS, peers
from tests.benchmarks.queries import Question, questions
from tests.benchmarks.seed import FIRST_ID, START

OURS, ORDINARY, BY_HAND, TEXT = "this server", "ordinary execution", "by hand", "text made by SQLite"
TITLES = (OURS, BY_HAND, TEXT, ORDINARY)


def contenders(url: str, titles: Sequence[str]) -> list[Contender]:
    """The servers that are measured for the store at a URL. JSON text from the database is measured on SQLite only."""
    store = {"BENCH_URL": url, "BENCH_STORE": url.rpartition(":///")[2]}
    server = "tests.benchmarks.execution_server:application"
    # The connections of `serve`.
    own = "abandoned_checkouts.cli.http_protocol:LimitedProtocol"
    on_sqlite = url.startswith("sqlite")
    hand_written = "hand_written" if on_sqlite else "hand_written_postgresql"
    known = [
        Contender(OURS, server, {**store, "BENCH_EXECUTOR": "plan"}, factory=True, http=own),
        Contender(BY_HAND, f"tests.benchmarks.{hand_written}:app", store),
        Contender(ORDINARY, server, {**store, "BENCH_EXECUTOR": "core"}, factory=True, http=own),
    ]
    if on_sqlite:
        known.insert(2, Contender(TEXT, "tests.benchmarks.sqlite_text:app", store))
    return [contender for contender in known if contender.title in titles]


async def give_token(url: str) -> None:
    database = await open_database(url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "bench.myshopify.com")
        assert shop is not None
        try:
            await issue_token(
                connection, shop, ["read_orders", "read_customers", "read_products"], now=START, token=TOKEN
            )
        except Exception as problem:
            if "unique" not in str(problem).lower():
                raise
    await database.close()


async def compare(
    url: str, size: int, titles: Sequence[str], rounds: int, only: str = "", *, with_peers: bool = False
) -> None:
    """Measure and print. Servers take turns, so that other work on the machine affects all of them."""
    selected = [question for question in questions(FIRST_ID, size, START) if only in question.title]
    await give_token(url)
    taking_part = contenders(url, titles)
    if with_peers:
        selected = [question for question in selected if question.title in QUESTIONS]
        taking_part += peers(url.rpartition(":///")[2])
    try:
        for contender in taking_part:
            await contender.start()
        for question in selected:
            await check_equal(question, taking_part)
        # V8 compiles code after many calls, so the first round beside the peers does not count.
        for number in range(-1 if with_peers else 0, rounds):
            if number == 0:
                for contender in taking_part:
                    contender.forget()
            for question in selected:
                for contender in taking_part:
                    slow = contender.title == ORDINARY
                    await contender.measure(question, max(1, question.repeats // (40 if slow else 1)))
        print(table(selected, taking_part))
        if not only and not with_peers:
            for contender in taking_part:
                print(await mixed(contender, selected[0], next(each for each in selected if each.name == "node")))
    finally:
        for contender in taking_part:
            contender.stop()


async def mixed(contender: Contender, slow: Question, quick: Question, seconds: float = 4.0) -> str:
    """Eight connections to one process: two request pages of 250 all the time, six request single rows."""
    lookups, pages = await waits_beside_pages(contender, slow, quick, seconds)
    quickly = f"p50 {lookups[len(lookups) // 2]:6.2f} ms, p99 {lookups[int(len(lookups) * 0.99)]:6.2f} ms"
    slowly = f"{len(pages) / seconds:6.1f} pages/s, p50 {pages[len(pages) // 2]:6.2f} ms"
    return f"mixed, {contender.title:22}{len(lookups) / seconds:8.1f} lookups/s, {quickly}; {slowly}"


async def waits_beside_pages(
    contender: Contender, slow: Question, quick: Question, seconds: float
) -> tuple[list[float], list[float]]:
    """The milliseconds that each lookup and each page took in `mixed`, sorted."""
    until = time.perf_counter() + seconds
    took: dict[str, list[float]] = {slow.title: [], quick.title: []}

    async def send_until_end(question: Question) -> None:
        client = await contender.connect()
        requests = itertools.cycle([client.packed(question, number) for number in range(len(question.bodies))])
        while time.perf_counter() < until:
            start = time.perf_counter()
            await client.ask(next(requests))
            took[question.title].append((time.perf_counter() - start) * 1000)
        client.close()

    await asyncio.gather(*(send_until_end(slow if place < 2 else quick) for place in range(8)))
    return sorted(took[quick.title]), sorted(took[slow.title])


async def check_equal(question: Question, taking_part: Sequence[Contender]) -> None:
    """Check that all servers return the same responses. This also warms them up."""
    answers = {}
    for contender in taking_part:
        client = await contender.connect()
        data = answers[contender.title] = []
        for number in range(3):
            answer = await client.ask(client.packed(question, number))
            data.append(orjson.loads(answer).get("data"))
            if data[-1] is None:
                raise RuntimeError(f"{contender.title} has no answer to {question.title}: {answer[:500]!r}")
        client.close()
    first, *others = answers.items()
    for title, data in others:
        if data != first[1]:
            raise RuntimeError(f"{title} answers {question.title} with\n{data}"[:3000] + f"\nnot\n{first[1]}"[:3000])


def table(selected: Sequence[Question], taking_part: Sequence[Contender]) -> str:
    """Milliseconds of CPU are the median of the rounds; ratios are of those medians."""
    lines = [f"{'':28}{'':22}{'CPU ms':>9}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}  of by hand"]
    for question in selected:
        by_hand = next((each for each in taking_part if each.title == BY_HAND), None)
        for contender in taking_part:
            cpu = statistics.median(contender.cpu[question.title])
            took = sorted(contender.latencies[question.title])
            ratio = "" if by_hand is None else f"{cpu / statistics.median(by_hand.cpu[question.title]):10.2f}"
            name = question.title if contender is taking_part[0] else ""
            rate = statistics.median(contender.rates[question.title])
            lines.append(
                f"{name:28}{contender.title:22}{cpu:9.3f}{rate:9.1f}{took[len(took) // 2]:9.2f}"
                f"{took[min(len(took) - 1, int(len(took) * 0.99))]:9.2f}{ratio}"
            )
    return "\n".join(lines)
