"""What a checkout counts, and what changes when its facts do."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.reports.bands import band_of, bounds_of
from abandoned_checkouts.reports.facts import (
    Amounts,
    CheckoutFacts,
    CountKey,
    ProductShare,
    Sums,
    add_counts,
    days_of,
)
from abandoned_checkouts.reports.how import recovered_how

NOW = 1_790_000_000_000_000
BEGUN = CheckoutFacts(
    begun_at=NOW,
    has_contact=False,
    currency="USD",
    presentment_currency="EUR",
    total=39_0000,
    presentment_total=36_0000,
    products=(ProductShare("7", 2, 30_0000),),
)
ABANDONED = replace(BEGUN, has_contact=True, abandoned_at=NOW + DAY)
moments = st.one_of(st.none(), st.integers(NOW, NOW + 90 * DAY))
any_facts = st.builds(
    CheckoutFacts,
    begun_at=st.integers(NOW, NOW + DAY),
    has_contact=st.booleans(),
    currency=st.just("USD"),
    presentment_currency=st.sampled_from(["USD", "EUR"]),
    total=st.integers(0, 10**9),
    presentment_total=st.integers(0, 10**9),
    abandoned_at=moments,
    recovered_at=moments,
    how=st.sampled_from(["link", "mail", "itself"]),
    flow_step=st.sampled_from([None, "1.0", "1.2"]),
    mailed_at=moments,
    visited_at=moments,
    elsewhere_at=moments,
    products=st.just(()),
)


def counts_of(facts: CheckoutFacts) -> dict[CountKey, Amounts]:
    sums: Sums = {}
    add_counts(sums, facts, days_of(facts, "UTC"))
    return {CountKey(*key): Amounts(*amounts) for key, amounts in sums.items()}


def measures(facts: CheckoutFacts) -> dict[str, str]:
    """The part of each measure by day that the facts count."""
    counts = counts_of(facts)
    found = {key.measure: key.part for key in counts if not key.measure.endswith("/week")}
    by_week = {key.measure.removesuffix("/week"): key.part for key in counts if key.measure.endswith("/week")}
    assert by_week == {name: part for name, part in found.items() if name.startswith(("slot", "product"))}
    return found


def test_an_open_checkout_counts_as_begun() -> None:
    assert measures(BEGUN) == {"begun": ""}
    assert measures(replace(BEGUN, has_contact=True)) == {"begun": "", "contact": ""}


def test_an_abandoned_checkout() -> None:
    expected = {"begun": "", "contact": "", "abandoned": "", "slot": "14.5", "product": "7"}
    assert measures(ABANDONED) == expected
    assert measures(replace(ABANDONED, mailed_at=NOW)) == {**expected, "reminded": ""}
    assert measures(replace(ABANDONED, visited_at=NOW)) == {**expected, "visited": ""}
    assert measures(replace(ABANDONED, elsewhere_at=NOW)) == {**expected, "elsewhere": ""}


def test_a_recovered_checkout_is_not_bought_elsewhere() -> None:
    facts = replace(ABANDONED, recovered_at=NOW + 3 * DAY, how="mail", flow_step="4.1", elsewhere_at=NOW + DAY)
    found = measures(facts)
    assert "elsewhere" not in found
    assert {name: part for name, part in found.items() if "recovered" in name or name == "bought"} == {
        "recovered": "mail",
        "slot_recovered": "14.5",
        "bought": "mail",
        "recovered_step": "4.1",
        "product_recovered": "7",
    }
    days = {key.measure: key.day - days_of(facts, "UTC").begun for key in counts_of(facts)}
    assert (days["abandoned"], days["recovered"], days["bought"]) == (1, 1, 3)


def test_totals_are_in_both_currencies() -> None:
    key = CountKey("abandoned", days_of(ABANDONED, "UTC").begun + 1, "", "USD", "EUR")
    counts = counts_of(ABANDONED)
    assert counts[key] == Amounts(1, 39_0000, 36_0000)
    assert counts[CountKey("product", key.day, "7", "USD", "")] == Amounts(1, 30_0000)
    assert counts[CountKey("slot", key.day, "14.5", "USD", "")] == Amounts(1, 39_0000)


@given(st.lists(any_facts, min_size=1, max_size=6))
def test_differences_add_up_to_the_last_facts(changes: list[CheckoutFacts]) -> None:
    sums: Sums = {}
    for before, after in pairwise([None, *changes]):
        if before is not None:
            add_counts(sums, before, days_of(before, "UTC"), -1)
        if after is not None:
            add_counts(sums, after, days_of(after, "UTC"))
    expected = {tuple(key): [*amounts] for key, amounts in counts_of(changes[-1]).items() if any(amounts)}
    assert {key: amounts for key, amounts in sums.items() if any(amounts)} == expected


@given(st.integers(0, 10**14))
def test_a_band_contains_its_totals(total: int) -> None:
    lower, upper = bounds_of(band_of(total))
    assert lower <= total
    assert upper is None or total < upper


def test_how_a_checkout_was_recovered() -> None:
    assert recovered_how(NOW, NOW, None, DAY) == "link"
    assert recovered_how(NOW, NOW + 1, NOW, DAY) == "mail"
    assert recovered_how(NOW, None, NOW - DAY + 1, DAY) == "mail"
    assert recovered_how(NOW, None, NOW - DAY, DAY) == "itself"
    assert recovered_how(NOW, None, NOW + 1, DAY) == "itself"
    assert recovered_how(NOW, None, None, DAY) == "itself"
