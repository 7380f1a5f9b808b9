"""The search of the documentation."""

from abandoned_checkouts.documentation.find import find
from abandoned_checkouts.documentation.pages import Page, read_pages

ONE = Page("one", "Mail", "# Mail\nHow mails leave.\n## Bounces\nA bounce stops further mail.\n")
TWO = Page("two", "Search", "# Search\nWords; `bounce` [too](one.md).\n")


def test_every_word_must_occur_and_headings_come_first() -> None:
    found = [section.address for section, _ in find([TWO, ONE], "Bounce")]
    assert found == ["/docs/one#bounces", "/docs/two"]
    assert find([ONE, TWO], "bounce nothing") == [] and find([ONE, TWO], "  ") == []


def test_the_text_around_the_word_has_no_markup() -> None:
    [(_, shown)] = find([TWO], "bounce")
    assert shown == "Words; bounce too ."


def test_the_docs_answer_questions() -> None:
    for query, address in {
        "freeze clock": "/docs/testing",
        "legal hold": "/docs/retention",
        "parquet": "/docs/warehouse",
        "unsubscribe": "/docs/mail",
        "bulk cancel": "/docs/bulk",
    }.items():
        assert any(section.address.startswith(address) for section, _ in find(read_pages().values(), query)), query
