"""Texts that the merchant pages translate: a text with placeholders, and the values that fill it in."""


def _(text: str) -> str:
    """Marks a text for the translation of the merchant pages, which merchant/locales has."""
    return text


class TranslatableError(ValueError):
    """An error whose message can be translated. `template` is the English text with placeholders such as %(value)s."""

    def __init__(self, template: str, prefix: str = "", /, **values: object) -> None:
        super().__init__(prefix + (template % values))
        self.template = template
        self.values = values
