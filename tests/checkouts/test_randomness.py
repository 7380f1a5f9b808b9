"""Random values are unpredictable by default, and repeatable for a server with a seed."""

from contextvars import copy_context
from hashlib import sha256

from abandoned_checkouts.checkouts.randomness import (
    Seeded,
    random_fraction,
    random_hex,
    random_number,
    random_url_text,
    random_uuid,
    random_uuid_text,
    source,
    unique_name,
)


def _values() -> list[object]:
    return [random_hex(16), random_url_text(16), random_number(5), random_fraction(), random_uuid()]


def test_the_text_of_a_uuid_is_that_of_the_uuid() -> None:
    def both() -> tuple[str, str]:
        source.set(Seeded(3))
        text = random_uuid_text()
        source.set(Seeded(3))
        return text, str(random_uuid())

    text, uuid = copy_context().run(both)
    assert text == uuid


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


def test_seeded_bytes_are_hashes_of_seed_and_position() -> None:
    """They must never change: clients of a server with a seed have recorded its ids."""
    hashes = b"".join(sha256(f"7/{position}".encode()).digest() for position in range(4))
    seeded = Seeded(7)
    assert (seeded(32), seeded.position) == (hashes[:32], 1)
    assert (seeded(40), seeded.position) == (hashes[32:72], 3)
    assert Seeded(7, 3)(5) == hashes[96:101]


def test_values_are_made_of_the_bytes_of_the_source() -> None:
    def values() -> list[object]:
        made: list[object] = []
        for given in (b"\x80" + b"\0" * 5, b"\xff" * 6):
            source.set(lambda count, given=given: given[:count])
            made += [random_hex(2), random_number(2), random_fraction()]
        return made

    assert copy_context().run(values) == ["8000", 32768, 0.5, "ffff", 65535, 1 - 2**-48]


def test_url_text_has_no_padding() -> None:
    def texts() -> list[str]:
        made = []
        for given in (b"\0\0\x17", b"\xfb\xff", b"\0"):
            source.set(lambda count, given=given: given)
            made.append(random_url_text(len(given)))
        return made

    assert copy_context().run(texts) == ["AAAX", "-_8", "AA"]


def test_names_of_claims_are_unique_for_servers_with_one_seed_too() -> None:
    def names() -> list[str]:
        source.set(Seeded(1))
        return [unique_name(), unique_name()]

    made = copy_context().run(names) + copy_context().run(names)
    assert len(set(made)) == 4 and all(len(name) == 36 for name in made)


def test_a_seed_stays_in_its_context() -> None:
    before = source.get()
    copy_context().run(source.set, Seeded(1))
    assert source.get() is before


def test_random_values_have_their_documented_form() -> None:
    assert len(random_hex(16)) == 32
    assert len(random_url_text(16)) == 22
    assert 0 <= random_number(5) < 2**40
    assert 0 <= random_fraction() < 1
    assert random_uuid().version == 4
