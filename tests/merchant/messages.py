"""The texts of the merchant pages, as templates and modules have them, and the .po files of their translations.

`python -m tests.merchant.messages` (`make messages`) adds new texts to each file, deletes texts that are no longer
used, and lists those without a translation. test_words.py fails for these.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from abandoned_checkouts.merchant.words import DEFAULT, LANGUAGES, LOCALES

PACKAGES = [LOCALES.parent, *(LOCALES.parents[1] / name for name in ("automations", "checkouts", "reports"))]
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
# In templates: _ and ngettext. In modules: `_("…")`, and `words.count("…", "…", number)`.
_LEFT_OUT = (b"#", b'"Project', b'"Report', b'"POT', b'"PO-', b'"Last', b'"Language-Team', b'"Generated')
_KEYWORDS = {"_": None, "ngettext": (1, 2), "count": (1, 2)}


def texts_of_pages() -> Catalog:
    """Every text that the pages can show."""
    found = Catalog(charset="utf-8")
    for folder in PACKAGES:
        for name, _line, message, _comments, context in extract_from_dir(
            folder, method_map=_METHODS, keywords=_KEYWORDS
        ):
            if isinstance(message, str) or all(isinstance(each, str) for each in message):
                found.add(message, locations=[(name, 0)], context=context)
    return found


def stored(name: str) -> Catalog:
    path = _path(name)
    if not path.exists():
        return Catalog(locale=name, charset="utf-8", project="Abandoned Checkouts")
    with path.open("rb") as file:
        return read_po(file, locale=name)


def untranslated(catalog: Catalog) -> Iterator[Message]:
    for message in catalog:
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.id and not all(texts):
            yield message


def _path(name: str) -> Path:
    return LOCALES / f"{name}.po"


def main() -> int:
    texts, missing = texts_of_pages(), 0
    for name in sorted(set(LANGUAGES) - {DEFAULT}):
        catalog = stored(name)
        catalog.update(texts, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.fuzzy = False
        written = BytesIO()
        write_po(written, catalog, sort_output=True, no_location=True, width=0)
        # Dates in the header would be a conflict of every two changes.
        lines = written.getvalue().splitlines(keepends=True)
        _path(name).write_bytes(b"".join(line for line in lines if not line.startswith(_LEFT_OUT)))
        for message in untranslated(catalog):
            missing += 1
            sys.stdout.write(f"{name}: {message.id!r}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
