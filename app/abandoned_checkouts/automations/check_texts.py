"""Checks the texts of a flow when it is stored: unknown variables of templates, and missing translations.

A stored flow is not checked again, so that an update of this program does not stop it.
"""

from collections.abc import Iterator

from abandoned_checkouts.automations.flow import CreateTask, Flow, SendEmail
from abandoned_checkouts.checkouts.shop_template import unknown_variable

# The variables of the texts of a mail, of its complete template, and of the title of a task.
MAIL_VARIABLES = (
    *("cart", "code", "direction", "first_name", "greeting", "locale", "recovery_link", "shop_email", "shop_name"),
    "unsubscribe_link",
)
TEMPLATE_VARIABLES = (*MAIL_VARIABLES, "button", "message", "subject")
TASK_VARIABLES = ("first_name", "name")


def problem_of_texts(flow: Flow) -> str | None:
    """The first problem of the flow's texts, with the action, the text and the line; None if there is none."""
    for number, step in enumerate(flow.steps, 1):
        action = step.action
        if isinstance(action, SendEmail):
            missing = _missing_translation(action)
            if missing is not None:
                return f"action {number}, send_email{missing}"
        for place, text, known in _templates(action):
            problem = unknown_variable(text, known)
            if problem is not None:
                return f"action {number}, {action.kind}.{place}: {problem}"
    return None


def _templates(action: object) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if isinstance(action, CreateTask):
        yield "title", action.title, TASK_VARIABLES
    if not isinstance(action, SendEmail):
        return
    for name in ("subject", "message", "button"):
        value = getattr(action, name)
        if isinstance(value, str):
            yield name, value, MAIL_VARIABLES
        elif value is not None:
            yield from ((f"{name}.{language}", text, MAIL_VARIABLES) for language, text in value.items())
    if action.template is not None:
        yield "template", action.template, TEMPLATE_VARIABLES


def _missing_translation(action: SendEmail) -> str | None:
    """Texts in several languages must have the same ones: otherwise a mail would mix two languages."""
    texts = {name: getattr(action, name) for name in ("subject", "message", "button")}
    translated = {name: text for name, text in texts.items() if isinstance(text, dict)}
    for name, text in translated.items():
        for other, languages in translated.items():
            for language in languages:
                if language not in text:
                    return f".{name} has no text for {language}, which {other} has; add it"
    return None
