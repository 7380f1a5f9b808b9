"""Pseudonyms are stable, different for different words, of the same form, and never an original."""

import random
import re
from collections.abc import Iterator

import pytest

from abandoned_checkouts.exporting.pseudonyms import Pseudonyms
from abandoned_checkouts.store.engine.scratch import Scratch


@pytest.fixture
def names() -> Iterator[Pseudonyms]:
    scratch = Scratch()
    yield Pseudonyms(scratch)
    scratch.close()


def test_words_keep_their_case_and_number(names: Pseudonyms) -> None:
    originals = ["Ann", "ann", "ANN", "Müller-Lüdenscheidt", "d'Arc", "张伟"]
    for text in originals:
        names.learn_text(text, "first", "de")
    names.assign()
    found = [names.name(text, "de", "first") or "" for text in originals]
    assert found[0].casefold() == found[1] == found[2].casefold() and found[2].isupper() and found[0].istitle()
    assert re.fullmatch(r"[A-Z][a-z]+-[A-Z][a-z]+", found[3]) and re.fullmatch(r"[a-z]+'[A-Z][a-z]+", found[4])
    assert names.name(None, "de", "first") is None and names.name("", "de", "first") == ""


def test_many_words_have_different_pseudonyms_that_are_no_originals(names: Pseudonyms) -> None:
    """More words than the library has names, among them its own names."""
    from faker import Faker

    faker = Faker("en_US")
    faker.seed_instance(3)
    chance = random.Random(3)
    originals = {"".join(chance.choices("abcdefgh", k=5)) for _ in range(3_000)}
    originals |= {faker.last_name().casefold() for _ in range(500)}
    originals = {word for word in originals if word.isalpha()}
    for word in originals:
        names.learn_text(word)
    names.assign()
    found = {names.street(word, "en") for word in originals}
    assert len(found) == len(originals) and found.isdisjoint(originals)


def test_a_crowded_length_of_numbers_is_permuted(names: Pseudonyms) -> None:
    few, many = [str(number) for number in range(50_000, 50_100)], [str(number) for number in range(100, 999)]
    zeros = ["007", "008", "00123"]
    for number in (*few, *many, *zeros):
        names.learn_text(number)
    names.assign()
    for group in (few, many, zeros):
        found = [names.street(number, None) or "" for number in group]
        assert len(set(found)) == len(group) and [len(each) for each in found] == [len(each) for each in group]
        assert [each[0] == "0" for each in found] == [each[0] == "0" for each in group]
    assert {names.street(number, None) for number in few}.isdisjoint(few)


def test_phones_keep_their_form_and_country_and_no_original_occurs(names: Pseudonyms) -> None:
    chance = random.Random(4)
    phones = [f"+49 30 {number}" for number in chance.sample(range(1_000_000, 10_000_000), 2_000)]
    phones += ["0301234567", "+49 30 1234567", "(030) 1234-567", "112", "7", "12345678 ask Bob", "no phone", ""]
    for phone in phones:
        names.learn_phone(phone)
    names.assign()
    found = {phone: names.phone(phone) or "" for phone in phones}
    assert len(set(found.values())) == len(phones)
    digits = {re.sub(r"\D", "", phone) for phone in phones if len(phone) > 4} - {""}
    assert digits.isdisjoint(re.sub(r"\D", "", each) for each in found.values() if len(each) > 4 and each[0] != "n")
    assert found["0301234567"][-6:] == found["+49 30 1234567"][-6:]
    assert re.fullmatch(r"\+49 30 \d{7}", found["+49 30 1234567"])
    assert "Bob" not in found["12345678 ask Bob"] and found["no phone"] != "no phone" and found[""] == ""
    assert names.phone(None) is None


@pytest.mark.parametrize(
    ("email", "form"),
    [
        ("Ann.Smith85@Mail.com", r"[a-z]+\.[a-z]+\d\d@[a-z]+\.com\.example"),
        ("ann@localhost", r"[a-z]+@[a-z]+\.com\.example"),
        ("annsmith", r"buyer@[a-z]+\.com\.example"),
        ("ann@smith.museum", r"[a-z]+@[a-z]+\.[a-z]+\.com\.example"),
        ("@", r"buyer@mail\.com\.example"),
    ],
)
def test_an_address_is_valid_and_cannot_be_reached(names: Pseudonyms, email: str, form: str) -> None:
    names.learn_text(email)
    names.assign()
    found = names.email(email) or ""
    assert re.fullmatch(form, found) and not {"ann", "smith", "annsmith", "85"} & set(re.findall(r"[a-z]+|\d+", found))
    assert names.email(email) == found


def test_a_word_that_was_not_learned_gets_a_lasting_pseudonym(names: Pseudonyms) -> None:
    names.assign()
    first = (names.street("Baker 221", "en"), names.phone("+44 20 7224 3688"))
    assert first == (names.street("Baker 221", "en"), names.phone("+44 20 7224 3688"))
    assert "Baker" not in str(first) and "7224 3688" not in str(first)
