"""The languages of the merchant pages: texts by gettext, and numbers, dates and money by Unicode CLDR.

English texts are in the templates and modules. `locales/he.po` has the Hebrew ones; `tests/merchant/test_words.py`
checks that no message and no placeholder is missing. In code, a text that is translated later is marked by `_`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_percent

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.recovery.number_text import number_text, price_text

LOCALES = Path(__file__).parent / "locales"
# The languages of the pages, by the name that their speakers use.
LANGUAGES: Mapping[str, str] = {"en": "English", "he": "עברית"}
DEFAULT = "en"
# Former language codes that browsers still send.
_OLDER = {"iw": "he"}


def _(text: str) -> str:
    """Marks a text for translation; `Words.text` translates it later."""
    return text


@cache
def catalogue(name: str) -> NullTranslations:
    """The messages of a language, compiled from its .po file."""
    path = LOCALES / f"{name}.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=name)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Words:
    """Texts, numbers, dates and money in one language. `tag` is as in HTML's lang attribute, such as en-GB."""

    name: str
    tag: str
    locale: Locale

    @property
    def direction(self) -> str:
        return str(self.locale.text_direction)

    def text(self, message: str, /, **values: object) -> str:
        """The message in this language, with its %(placeholders)s replaced by `values`."""
        translated = catalogue(self.name).gettext(message) if message else ""
        return translated % self._isolated(values) if values else translated

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The message for a number, with `%(count)s` as the number in this language."""
        translated = catalogue(self.name).ngettext(one, many, number)
        return translated % self._isolated({"count": self.number(number), **values})

    def _isolated(self, values: Mapping[str, object]) -> dict[str, object]:
        """In right-to-left languages: values between Unicode's isolates, so that names keep their direction."""
        if self.direction != "rtl":
            return dict(values)
        return {key: f"\u2068{value}\u2069" if value != "" else value for key, value in values.items()}

    def quoted(self, text: str) -> str:
        """Another program's words, from left to right."""
        return f"\u201c\u2066{text}\u2069\u201d" if self.direction == "rtl" else f"\u201c{text}\u201d"

    def number(self, number: int | float | Decimal) -> str:
        return number_text(number, self.locale)

    def short_number(self, number: int | float | Decimal) -> str:
        """A number for narrow places: 1.2K."""
        return str(format_compact_decimal(number, locale=self.locale, fraction_digits=1))

    def percent(self, share: float, decimals: int = 1) -> str:
        """A share from 0 to 1 as a percentage."""
        pattern = "#,##0" + ("." + "#" * decimals if decimals else "") + "%"
        return str(format_percent(share, format=pattern, locale=self.locale))

    def size_of_change(self, share: float) -> str:
        """How large a change is, without its direction, in whole per cent. Beyond tenfold, figures say nothing: the
        period before had nearly none."""
        return (
            self.text(_("over %(percent)s"), percent=self.percent(10, 0)) if share > 10 else self.percent(abs(share), 0)
        )

    def money(self, amount: int, currency: str) -> str:
        """An amount in ten-thousandths of the currency's unit."""
        return price_text(amount, currency, self.locale)

    def moment(self, moment: int, zone: tzinfo, form: str = "medium") -> str:
        """Date and time of day of a moment in microseconds."""
        return str(format_datetime(to_datetime(moment), form, tzinfo=zone, locale=self.locale))

    def day(self, day: int | date | datetime, zone: tzinfo, form: str = "medium") -> str:
        """A date, or the day of a moment in microseconds."""
        given = to_datetime(day).astimezone(zone) if isinstance(day, int) else day
        return _day_text(given.date() if isinstance(given, datetime) else given, form, self.locale)

    def day_of_year(self, day: date) -> str:
        """A date without its year: Nov 30."""
        return _day_text(day, "", self.locale)

    def language(self, tag: str) -> str:
        """The name of a language such as en-US; the tag itself if it is not known."""
        try:
            name = Locale.parse(tag.strip().replace("_", "-"), sep="-").get_display_name(self.locale)
        except (UnknownLocaleError, ValueError):
            name = None
        return name or tag

    def duration(self, microseconds: int) -> str:
        """A length of time in its largest unit: 3 hours."""
        return str(format_timedelta(timedelta(microseconds=microseconds), threshold=1.2, locale=self.locale))

    def ago(self, microseconds: int) -> str:
        """How long ago: 3 hours ago."""
        length = timedelta(microseconds=-microseconds)
        return str(format_timedelta(length, add_direction=True, threshold=1.2, locale=self.locale))


def words_of(*locales: str | None) -> Words:
    """The words of the first locale (such as he-IL, en_GB or iw) that is available, or English."""
    for locale in locales:
        parts = (locale or "").strip().replace("_", "-").split("-")
        name = _OLDER.get(parts[0].lower(), parts[0].lower())
        if name in LANGUAGES:
            return _words(name, next((part.upper() for part in parts[1:] if len(part) == 2 and part.isalpha()), ""))
    return _words(DEFAULT, "")


def accepted(header: str) -> list[str]:
    """The locales of an Accept-Language header, the preferred one first."""
    weighted: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        locale, _semicolon, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if locale and weight > 0:
            weighted.append((weight, locale))
    return [locale for _weight, locale in sorted(weighted, key=lambda each: -each[0])]


# The overview has the same days three times, and in the next request again.
@cached(2_000)
def _day_text(day: date, form: str, locale: Locale) -> str:
    """Without a form: month and day."""
    return str(format_date(day, form, locale=locale) if form else format_skeleton("MMMd", day, locale=locale))


@cached(64, 2_000)
def _words(name: str, region: str) -> Words:
    try:
        locale = Locale.parse(f"{name}_{region}" if region else name)
    except (UnknownLocaleError, ValueError):
        region, locale = "", Locale.parse(name)
    return Words(name, f"{name}-{region}" if region else name, locale)
