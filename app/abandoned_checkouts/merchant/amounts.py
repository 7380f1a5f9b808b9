"""The lines and sums of a checkout, in the shop's currency and in the buyer's. The rows add up to the total."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.merchant.words import Words, _

# The currencies by the prefix of their amounts: the shop's, and the buyer's.
_PREFIXES = ("", "presentment_")


@dataclass(frozen=True, slots=True)
class LineRow:
    """`amounts` are in the shop's currency and, if it differs, in the buyer's."""

    title: str
    variant: str
    sku: str
    details: tuple[str, ...]
    quantity: int
    image: str | None
    units: tuple[str, ...]
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """`currencies` are the codes of the columns, `sums` the rows between the lines and the total."""

    currencies: tuple[str, ...]
    lines: tuple[LineRow, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...]
    total: tuple[str, ...]
    included_tax: tuple[str, ...]


def amounts_of(checkout: Checkout, words: Words, address: str) -> Amounts:
    """`address` is this server's URL, for pictures that it serves itself."""
    shop, buyer = checkout.currency, checkout.presentment_currency or checkout.currency
    currencies = (shop,) if shop == buyer else (shop, buyer)
    prefixes = _PREFIXES[: len(currencies)]

    def row(values: list[int]) -> tuple[str, ...]:
        return tuple(words.money(value, currency) for value, currency in zip(values, currencies, strict=True))

    def of(name: str) -> list[int]:
        return [getattr(checkout, prefix + name) or 0 for prefix in prefixes]

    lines = [[getattr(line, f"{prefix}original_total_price") for line in checkout.line_items] for prefix in prefixes]
    codes = ", ".join(code["code"] for code in checkout.discount_codes)
    discount = words.text(_("Discount (%(codes)s)"), codes=codes) if codes else words.text(_("Discount"))
    shipping = ", ".join(line.get("title") or "" for line in checkout.shipping_lines)
    sums = [
        (words.text(_("Items")), [sum(each) for each in lines], True),
        (discount, [-value for value in of("total_discount")], False),
        (
            words.text(_("Shipping (%(method)s)"), method=shipping) if shipping else words.text(_("Shipping")),
            of("total_shipping"),
            bool(checkout.shipping_lines),
        ),
        (words.text(_("Taxes")), [0] * len(prefixes) if checkout.taxes_included else of("total_tax"), False),
        (words.text(_("Duties")), of("total_duties"), False),
        (words.text(_("Tip")), of("total_tip"), False),
    ]
    total = of("total_price")
    rest = [total[place] - sum(values[place] for _name, values, _shown in sums) for place in range(len(prefixes))]
    # For example a discount that the platform sent only as a total.
    sums.append((words.text(_("Other adjustments")), rest, False))
    return Amounts(
        currencies=currencies,
        lines=tuple(_line(line, words, address, currencies) for line in checkout.line_items),
        sums=tuple((name, row(values)) for name, values, always in sums if always or any(values)),
        total=row(total),
        included_tax=row(of("total_tax")) if checkout.taxes_included and any(of("total_tax")) else (),
    )


def _line(line: LineItem, words: Words, address: str, currencies: tuple[str, ...]) -> LineRow:
    image = line.image or {}
    url = urljoin(f"{address}/", image.get("url") or "")
    prefixes = _PREFIXES[: len(currencies)]

    def row(name: str) -> tuple[str, ...]:
        values = [getattr(line, prefix + name) for prefix in prefixes]
        return tuple(words.money(value, currency) for value, currency in zip(values, currencies, strict=True))

    return LineRow(
        title=line.title or line.sku or "–",
        variant="" if line.variant_title in (None, "Default Title") else line.variant_title,
        sku=line.sku or "",
        details=tuple(f"{item['key']}: {item['value']}" for item in line.custom_attributes if item["value"]),
        quantity=line.quantity,
        image=url if image.get("url") and urlsplit(url).scheme in ("http", "https") else None,
        units=row("original_unit_price"),
        amounts=row("original_total_price"),
    )
