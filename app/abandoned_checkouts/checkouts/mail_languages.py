"""The languages of mails and recovery pages: those that the texts in recovery/words have, and those of a shop."""

from abandoned_checkouts.checkouts.shop import Shop

# The files in recovery/words, without those of single regions.
MAIL_LANGUAGES = ("de", "en", "es", "fr", "he", "pt")
DEFAULT_LANGUAGE = "en"
# Former language codes that browsers and platforms still send.
_OLDER = {"iw": "he"}


def language_code(locale: str | None) -> str:
    """The language of a locale such as de-CH, pt_BR or iw; empty without one."""
    code = (locale or "").strip().replace("_", "-").split("-")[0].lower()
    return _OLDER.get(code, code)


def languages_of(shop: Shop | None) -> tuple[str, ...]:
    """The languages in which the shop writes to buyers; the first one is for buyers of all other languages.

    They are the settings `language` and `languages`.
    """
    settings = {} if shop is None else shop.settings
    chosen = tuple(str(settings.get("languages") or "").split()) or MAIL_LANGUAGES
    first = str(settings.get("language") or DEFAULT_LANGUAGE)
    if first not in chosen:
        first = chosen[0]
    return (first, *(each for each in chosen if each != first))
