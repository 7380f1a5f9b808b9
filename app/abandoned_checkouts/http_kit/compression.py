"""Compressed responses, for clients that accept them (RFC 9110, 12.5.3)."""

from isal import igzip

# Bodies smaller than one network packet gain nothing by compression.
SMALLEST_COMPRESSED = 1400
_REFUSED = ("q=0", "q=0.0", "q=0.00", "q=0.000")


def compressed(body: bytes, accept_encoding: str) -> tuple[bytes, str | None]:
    """The body and its content coding: "gzip" if the client accepts it and the body is large enough, else None."""
    if len(body) < SMALLEST_COMPRESSED or not accepts(accept_encoding, "gzip"):
        return body, None
    return igzip.compress(body, compresslevel=1), "gzip"


def accepts(accept_encoding: str, coding: str) -> bool:
    """Whether an Accept-Encoding header allows a coding, by its name or by `*`."""
    by_star = False
    for part in accept_encoding.lower().split(","):
        name, _, weight = part.partition(";")
        name = name.strip()
        if name in (coding, "*"):
            allowed = weight.strip().replace(" ", "") not in _REFUSED
            if name == coding:
                return allowed
            by_star = allowed
    return by_star
