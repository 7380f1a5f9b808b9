"""Caches that are bounded in bytes."""

from abandoned_checkouts.checkouts.caches import cached, cached_texts, function_cache_sizes
from abandoned_checkouts.checkouts.money import format_amount


def test_long_texts_are_not_cached() -> None:
    calls = []

    @cached_texts(2, longest=10)
    def length(text: str, more: str = "") -> int:
        calls.append(text)
        return len(text) + len(more)

    assert [length("short"), length("short")] == [5, 5] and calls == ["short"]
    assert [length("x" * 11), length("x" * 11), length("short", more="y" * 11)] == [11, 11, 16]
    assert calls == ["short", "x" * 11, "x" * 11, "short"]
    assert length.__name__ == "length"
    [size] = [
        size
        for name, size in function_cache_sizes().items()
        if name.endswith("long_texts_are_not_cached.<locals>.length")
    ]
    assert (size.entries, size.bytes, size.most_bytes) == (1, 380, 760)
    # The longest text that is kept, and a value by its name.
    assert [length("x" * 10), length("x" * 10), length("a", more="bc"), length("a", more="bc")] == [10, 10, 3, 3]
    assert calls[4:] == ["x" * 10, "a"]


def test_the_number_of_entries_is_limited() -> None:
    @cached(3, 100)
    def double(number: int) -> int:
        return 2 * number

    assert [double(number) for number in range(10)] == [2 * number for number in range(10)]
    [size] = [size for name, size in function_cache_sizes().items() if name.endswith("is_limited.<locals>.double")]
    assert (size.entries, size.bytes, size.most_bytes) == (3, 300, 300)


def test_a_cache_has_the_name_of_its_module_and_function() -> None:
    format_amount(123_400)
    assert "checkouts.money.format_amount" in function_cache_sizes()


def test_an_entry_counts_as_250_bytes_by_default() -> None:
    @cached(4)
    def half(number: int) -> float:
        return number / 2

    assert half(3) == 1.5
    [size] = [size for name, size in function_cache_sizes().items() if name.endswith("by_default.<locals>.half")]
    assert (size.entries, size.bytes, size.most_bytes) == (1, 250, 1000)
