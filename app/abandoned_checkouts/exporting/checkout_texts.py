"""Checkouts as the text of an exported file: JSON lines or CSV."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Literal

import orjson

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.recovery_link import recovery_link
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.spreadsheet import HEADER, csv_lines, spreadsheet_rows
from abandoned_checkouts.shopify.formats.rest_keys import CHECKOUT
from abandoned_checkouts.shopify.formats.rest_object import AMOUNT_SETS, MORE
from abandoned_checkouts.shopify.formats.to_rest.checkout import checkouts_for_export

ExportFormat = Literal["jsonl", "csv"]

# The keys that an exported line can have, for `fields`.
LINE_KEYS = (*CHECKOUT, *AMOUNT_SETS.values(), MORE)


# The number of checkouts that go through one step before the next step begins. One checkout after the other takes a
# tenth longer: the code of a step stays in the processor's caches, and so do a few checkouts.
_TOGETHER = 32


class CheckoutTexts:
    """Writes checkouts of a shop in a format. The parameters are those of `export_checkouts`."""

    def __init__(self, form: ExportFormat, shop: Shop, address: str, fields: Sequence[str] | None = None) -> None:
        self._form, self._shop, self._address, self._fields = form, shop, address, fields
        self._columns = None if fields is None or form != "csv" else [HEADER.index(name) for name in fields]

    def head(self) -> bytes:
        """The start of the file."""
        # Excel detects UTF-8 only by a byte order mark.
        return BOM_UTF8 + csv_lines([self._cells(HEADER)]) if self._form == "csv" else b""

    def of(self, checkouts: Iterable[Checkout]) -> bytes:
        zone, fields = self._shop.timezone, self._fields
        if self._form == "csv":
            return csv_lines(
                self._cells(row)
                for checkout in checkouts
                for row in spreadsheet_rows(checkout, zone, self._link(checkout))
            )
        texts, waiting = [], iter(checkouts)
        while some := [*islice(waiting, _TOGETHER)]:
            lines = checkouts_for_export(some, zone=zone)
            if fields is not None:
                lines = [_only(line, fields) for line in lines]
            texts += [orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines]
        return b"".join(texts)

    def _cells(self, row: list[str]) -> list[str]:
        return row if self._columns is None else [row[column] for column in self._columns]

    def _link(self, checkout: Checkout) -> str:
        return checkout.abandoned_checkout_url or recovery_link(
            self._address,
            self._shop.id,
            checkout.cart_token,
            checkout.token or "",
            checkout.recovery_key or "",
            checkout.locale,
        )


def _only(line: UntypedJson, names: Sequence[str]) -> UntypedJson:
    return {name: line[name] for name in names if name in line}
