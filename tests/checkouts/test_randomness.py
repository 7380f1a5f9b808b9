"""Random values are unpredictable by default, and repeatable for a server with a seed."""

from contextvars import copy_context

from abandoned_checkouts.checkouts.randomness import (
    Seeded,
    random_fraction,
    random_hex,
    random_number,
    random_url_text,
    random_uuid,
    source,
)


def _values() -> list[object]:
    return [random_hex(16), random_url_text(16), random_number(5), random_fraction(), random_uuid()]


def _values_of(seeded: Seeded) -> list[object]:
    source.set(seeded)
    return _values()


def test_values_differ_without_a_seed() -> None:
    first, second = _values(), _values()
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_one_seed_gives_the_same_values_and_another_seed_others() -> None:
    first, again, other = (copy_context().run(_values_of, Seeded(seed)) for seed in (1, 1, 2))
    assert first == again
    assert all(one != different for one, different in zip(first, other, strict=True))


def test_a_copy_of_seed_and_position_continues_with_the_same_values() -> None:
    seeded = Seeded(7)
    seeded(100)
    copy = Seeded(seeded.seed, seeded.position)
    assert copy(40) == seeded(40)
    assert seeded.position == copy.position


def test_a_seed_stays_in_its_context() -> None:
    copy_context().run(source.set, Seeded(1))
    assert not isinstance(source.get(), Seeded)


def test_forms() -> None:
    assert len(random_hex(16)) == 32
    assert len(random_url_text(16)) == 22
    assert 0 <= random_number(5) < 2**40
    assert 0 <= random_fraction() < 1
    assert random_uuid().version == 4
