"""Sentences in English."""

from abandoned_checkouts.automations.sentences import ENGLISH, all_of, one_of


def test_placeholders_numbers_and_lists() -> None:
    assert ENGLISH.text("100% %s") == "100% %s"
    assert ENGLISH.text("%(share)s of people", share="2.5%") == "2.5% of people"
    assert ENGLISH.count("%(count)s day at %(where)s", "%(count)s days", 1, where="home") == "1 day at home"
    assert ENGLISH.count("%(count)s day", "%(count)s days", 2) == "2 days"
    assert all_of(ENGLISH, ["a", "b", "c"]) == "a and b and c" and one_of(ENGLISH, ["a", "b"]) == "a or b"
    assert one_of(ENGLISH, []) == ""
