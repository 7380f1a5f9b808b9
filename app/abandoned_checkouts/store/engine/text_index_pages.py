"""Reads the pages of SQLite's full-text index, to find out whether it has a token with a prefix.

To look for the first token with a prefix, FTS5 begins at the last page whose first token is not greater, and reads on
until it finds a greater token. If a token before it is in millions of texts, such as the mark between texts, it reads
thousands of pages, also if no token has the prefix. This module reads the first of them only.

The format is that of FTS5 (https://www.sqlite.org/src/file/ext/fts5/fts5_index.c): two bytes for the offset of the
first number of a document, two for the size of the content, the content, and the offsets of its tokens. The first
token of a page is complete; others begin with the number of bytes that they have in common with the token before.
"""

# The name of page_has in SQL.
PAGE_HAS = "text_index_page_has"
# Before every token: the index of whole tokens, not of prefixes.
MAIN_INDEX = b"0"


def page_has(page: bytes | None, prefix: bytes) -> bool:
    """Whether a page has a token with this prefix, both with MAIN_INDEX. True if the page is missing or has no tokens
    that can be read, because then it is not known."""
    if page is None:
        return True
    try:
        return _has(page, prefix)
    except IndexError:
        return True


def _has(page: bytes, prefix: bytes) -> bool:
    at, offset, token = int.from_bytes(page[2:4], "big"), 0, b""
    if at >= len(page):
        return True
    while at < len(page):
        step, at = _number(page, at)
        if offset:
            common, start = _number(page, offset + step)
        else:
            common, start = 0, step
        offset += step
        length, start = _number(page, start)
        token = token[:common] + page[start : start + length]
        # Tokens are sorted.
        if token >= prefix:
            return token.startswith(prefix)
    return False


def _number(page: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits in each byte, and the place after it. Offsets and sizes have few bytes."""
    byte = page[at]
    if byte < 0x80:
        return byte, at + 1
    number = 0
    while byte >= 0x80:
        number, at = number << 7 | byte & 0x7F, at + 1
        byte = page[at]
    return number << 7 | byte, at + 1
