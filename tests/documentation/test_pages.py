"""The pages of docs/ and the index that orders them."""

import re
from itertools import chain

import pytest

from abandoned_checkouts.documentation.pages import INDEX, Page, groups_of, read_pages, sections_of, slug
from tests.places import ROOT

PAGES = read_pages()
LISTED = [each for _, listed in groups_of(PAGES[INDEX].text) for each in listed]


def anchors(page: Page) -> set[str]:
    return {slug(section.title) for section in sections_of(page)}


def test_the_index_lists_every_page_once() -> None:
    assert sorted(each.name for each in LISTED) == sorted(set(PAGES) - {INDEX})


def test_each_line_of_the_index_says_what_the_page_is_for() -> None:
    assert [title for title, _ in groups_of(PAGES[INDEX].text)] == [
        "Tutorials",
        "Guides",
        "Tasks",
        "Reference",
        "Explanations",
    ]
    assert all(len(each.purpose) > 10 and each.purpose.endswith(".") for each in LISTED)


LINKS = [
    (page.name, target, anchor)
    for page in PAGES.values()
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([\w-]+))?\)", page.text)
    if not target.startswith(("http", "/", "mailto:"))
]


def test_all_links_are_read() -> None:
    assert len(LINKS) > 50


@pytest.mark.parametrize(("name", "target", "anchor"), LINKS)
def test_each_link_leads_somewhere(name: str, target: str, anchor: str) -> None:
    assert not target or (ROOT / "docs" / target).exists(), f"docs/{name}.md links to {target}"
    page = PAGES.get(target.removesuffix(".md") if target else name)
    assert not anchor or page is None or anchor in anchors(page), f"docs/{name}.md links to {target}#{anchor}"


def test_a_sign_in_code_is_no_heading() -> None:
    page = Page("a", "A", "# A\nstart\n```sh\n## a comment\n```\n## Second `part`\nend\n### Third\n")
    assert [(each.title, each.address) for each in sections_of(page)] == [
        ("A", "/docs/a"),
        ("Second part", "/docs/a#second-part"),
        ("Third", "/docs/a#third"),
    ]


def test_no_page_has_two_headings_of_one_name() -> None:
    for page in PAGES.values():
        titles = [each.title for each in sections_of(page)]
        assert len(titles) == len(set(titles)), page.name


def test_each_page_starts_with_its_title() -> None:
    firsts = chain.from_iterable([page.text.splitlines()[:1] for page in PAGES.values()])
    assert all(line.startswith("# ") for line in firsts)
