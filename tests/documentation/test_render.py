"""Markdown to HTML."""

import pytest

from abandoned_checkouts.documentation.pages import read_pages
from abandoned_checkouts.documentation.render import code_styles, html_of


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("[bulk](bulk.md#files)", '<p><a href="/docs/bulk#files">bulk</a></p>'),
        ("[bulk.md](bulk.md)", '<p><a href="/docs/bulk">Bulk operations</a></p>'),
        ("[here](#files)", '<p><a href="#files">here</a></p>'),
        ("[example](examples/a.py)", '<p><a href="/docs/examples/a.py">example</a></p>'),
        ("[site](https://shop.example/a.md)", '<p><a href="https://shop.example/a.md">site</a></p>'),
        ("[bad](javascript:alert(1))", "<p>[bad](javascript:alert(1))</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<!-- begin: a -->\nwords\n<!-- end: a -->\n", "<p>words</p>"),
        ('<a id="lift"></a>lift', '<p><a id="lift"></a>lift</p>'),
        ('<a id="x" onclick="y"></a>', "<p>&lt;a id=&quot;x&quot; onclick=&quot;y&quot;&gt;&lt;/a&gt;</p>"),
        ("## Two `words`", '<h2 id="two-words">Two <code>words</code></h2>'),
    ],
)
def test_cases(markdown: str, html: str) -> None:
    assert html_of(markdown)[0].strip() == html


def test_headings_of_the_second_level_are_returned() -> None:
    assert html_of("# A\n## B c\n### D\n## E\n")[1] == [("b-c", "B c"), ("e", "E")]


def test_code_is_highlighted_if_its_language_is_known() -> None:
    known, unknown = html_of("```json\n{}\n```")[0], html_of("```nothing\n<a>\n```")[0]
    assert '<span class="p">' in known and "&lt;a&gt;" in unknown and "<span" not in unknown
    assert "prefers-color-scheme: dark" in code_styles() and ".p " in code_styles()


def test_a_table_can_be_scrolled_by_itself() -> None:
    assert '<div class="wide" tabindex="0"><table>' in html_of("| a |\n|---|\n| b |\n")[0]


def test_every_page_can_be_rendered() -> None:
    for page in read_pages().values():
        assert html_of(page.text)[0].startswith("<h1>")
