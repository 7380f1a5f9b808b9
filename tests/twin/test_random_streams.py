"""The sequences of random values of the twin are repeatable and independent of each other."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from abandoned_checkouts.checkouts.randomness import random_hex
from abandoned_checkouts.twin.random_streams import RandomStreams


def drawn(streams: RandomStreams, *names: str) -> list[str]:
    values = []
    for name in names:
        streams.use(name)
        values.append(random_hex(8))
    return values


def test_a_sequence_does_not_depend_on_when_others_draw() -> None:
    a, b, c = drawn(RandomStreams(1), "requests", "events", "requests")
    assert drawn(RandomStreams(1), "requests", "requests", "events") == [a, c, b]
    assert len({a, b, c}) == 3
    assert drawn(RandomStreams(2), "requests") != [a]


def test_a_restored_state_continues_as_before() -> None:
    streams = RandomStreams(1)
    drawn(streams, "requests")
    kept = streams.state()
    values = drawn(streams, "requests", "events")
    streams.restore(kept)
    assert drawn(streams, "requests", "events") == values
    streams.restart(1)
    assert drawn(streams, "requests") == drawn(RandomStreams(1), "requests")


def test_each_use_of_a_seed_has_other_values_and_the_same_ones_when_it_is_restored() -> None:
    streams, drawn_at = RandomStreams(1), {}
    for uses in (0, 1, 2, 12):
        streams.restart(1, uses)
        first = drawn(streams, "requests", "events")
        state = streams.state()
        drawn_at[uses] = [*first, *drawn(streams, "requests")]
        other = RandomStreams(1)
        other.restore(state)
        assert drawn(other, "requests") == drawn_at[uses][2:]
    assert len({value for values in drawn_at.values() for value in values}) == 12


def test_threads_draw_different_values() -> None:
    streams = RandomStreams(1)
    streams.use("requests")
    contexts = [copy_context() for _ in range(2000)]
    with ThreadPoolExecutor(4) as threads:
        values = list(threads.map(lambda context: context.run(random_hex, 8), contexts))
    assert len(set(values)) == len(values)
