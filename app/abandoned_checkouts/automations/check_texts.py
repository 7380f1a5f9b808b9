"""Checks the texts of a flow when it is stored: unknown variables of templates, and missing translations.

A stored flow is not checked again, so that an update of this program does not stop it.
"""

from collections.abc import Iterator

from abandoned_checkouts.automations.flow import Action, CreateTask, SendEmail
from abandoned_checkouts.automations.flow_errors import Place, Problems
from abandoned_checkouts.checkouts.shop_template import unknown_variable

# The variables of the texts of a mail, of its complete template, and of the title of a task.
MAIL_VARIABLES = (
    *("cart", "code", "code_expires", "direction", "first_name", "greeting", "locale", "recovery_link"),
    *("shop_email", "shop_name", "unsubscribe_link"),
)
TEMPLATE_VARIABLES = (*MAIL_VARIABLES, "button", "message", "subject")
TASK_VARIABLES = ("first_name", "name")
# The languages of mails (recovery/languages), without their regions.
MAIL_LANGUAGES = ("de", "en", "es", "fr", "he", "pt")


def check_texts(action: Action, place: Place) -> None:
    """Raises FlowError with all problems of the action's texts."""
    problems = Problems()
    if isinstance(action, SendEmail):
        problems.read(None, _check_languages, action, place)
    for where, text, known in _templates(action, place):
        problem = unknown_variable(text, known)
        if problem is not None:
            problems.found += where.error(f": {problem}").problems
    problems.check()


def _templates(action: Action, place: Place) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    if isinstance(action, CreateTask):
        yield place / "title", action.title, TASK_VARIABLES
    if not isinstance(action, SendEmail):
        return
    for name in ("subject", "message", "button"):
        value = getattr(action, name)
        if isinstance(value, str):
            yield place / name, value, MAIL_VARIABLES
        elif value is not None:
            yield from ((place / name / language, text, MAIL_VARIABLES) for language, text in value.items())
    if action.template is not None:
        yield place / "template", action.template, TEMPLATE_VARIABLES


def _check_languages(action: SendEmail, place: Place) -> None:
    """Texts in several languages must have the same ones: otherwise a mail would mix two languages."""
    texts = {name: getattr(action, name) for name in ("subject", "message", "button")}
    translated = {name: text for name, text in texts.items() if isinstance(text, dict)}
    problems = Problems()
    for name, text in translated.items():
        for language in text:
            if language.partition("-")[0] not in MAIL_LANGUAGES:
                known = ", ".join(MAIL_LANGUAGES)
                error = (place / name / language).error(f" is for a language that mails are not in; use one of {known}")
                problems.found += error.problems
    for name, text in translated.items():
        missing: dict[str, str] = {}
        for other, languages in translated.items():
            for language in languages:
                if language not in text:
                    missing.setdefault(language, other)
        for language, other in missing.items():
            error = (place / name).error(f" has no text for {language}, which {other} has; add it")
            problems.found += error.problems
    problems.check()
