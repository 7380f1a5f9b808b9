"""Markdown to HTML."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from abandoned_checkouts.documentation.pages import read_pages, slug

# Marks in the Markdown for programs that write parts of it.
_COMMENT = re.compile(r"(?m)^<!--.*?-->\n?")
_ANCHOR = re.compile(r"&lt;a id=&quot;([\w-]+)&quot;&gt;&lt;/a&gt;")
_PAGE = re.compile(r"(?:\./)?([\w-]+)\.md(#[\w-]+)?")
_ELSEWHERE = re.compile(r"#|/|[a-z]+:")
_HEADINGS = ("h2", "h3")


@cache
def html_of(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The HTML of a page's Markdown, and its headings of the second level as pairs of id and text.

    Raw HTML in the Markdown is shown as text, except the anchor of a row, `<a id="…"></a>`. Comments are left out.
    Links to other pages of docs/ lead to `/docs/NAME`, and those to other files of docs/ to `/docs/PATH`; one that
    shows only the file's name shows the page's title.
    """
    markdown = MarkdownIt("commonmark", {"html": False, "highlight": _highlighted}).enable(["table", "strikethrough"])
    tokens = markdown.parse(_COMMENT.sub("", text))
    headings = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in _HEADINGS:
            title = _text_of(tokens[place + 1])
            token.attrSet("id", slug(title))
            if token.tag == "h2":
                headings.append((slug(title), title))
        elif token.type == "inline":
            _rewrite_links(token.children or [])
        elif token.type in ("table_open", "table_close"):
            token.hidden = False
    html = markdown.renderer.render(tokens, markdown.options, {})
    # Wide tables and code scroll by themselves, so that a phone does not scroll the whole page. With tabindex, keys
    # scroll them.
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>').replace("</table>", "</table></div>")
    html = _ANCHOR.sub(r'<a id="\1"></a>', html)
    html = html.replace("<pre>", '<pre tabindex="0">')
    return html, headings


@cache
def code_styles() -> str:
    """The CSS of highlighted code, for light and for dark colours."""
    light, dark = (
        HtmlFormatter(style=style).get_style_defs("pre code")  # type: ignore[no-untyped-call]
        for style in ("xcode", "github-dark")
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _highlighted(code: str, language: str, _attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language) if language else None
    except ClassNotFound:
        lexer = None
    return "" if lexer is None else str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _text_of(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])


def _rewrite_links(tokens: list[Token]) -> None:
    for place, token in enumerate(tokens):
        if token.type == "link_open":
            target = str(token.attrGet("href"))
            page = _PAGE.fullmatch(target)
            if page:
                token.attrSet("href", f"/docs/{page[1]}{page[2] or ''}")
                if page[1] in read_pages() and tokens[place + 1].content.removeprefix("docs/") == f"{page[1]}.md":
                    tokens[place + 1].content = read_pages()[page[1]].title
            elif not _ELSEWHERE.match(target):
                token.attrSet("href", f"/docs/{target}")
