"""Flows to start from. Pure."""

from abandoned_checkouts.merchant.flow_form import FlowForm, StepForm
from abandoned_checkouts.merchant.words import Words, _

# By its name in an address: title, and what it is for.
TEMPLATES = {
    "reminder": (_("One reminder"), _("A mail one hour after the checkout is abandoned.")),
    "discount": (
        _("Three steps with a discount"),
        _("A reminder after an hour, one after a day, and after three days one with a discount code."),
    ),
    "calls": (
        _("Call list"),
        _("A task for your staff for each abandoned checkout of high value, so that somebody calls."),
    ),
    "empty": (_("Empty flow"), _("Choose each step yourself.")),
}


def template_form(name: str, words: Words) -> FlowForm:
    """The form of a template, or the empty one. Its texts are in the language of the reader."""
    title = words.text(TEMPLATES.get(name, TEMPLATES["empty"])[0])
    if name == "reminder":
        return FlowForm(name=title, steps=(StepForm(wait="1", unit="hour"),))
    if name == "discount":
        code = StepForm(
            wait="2",
            unit="day",
            discount_kind="code",
            discount="COMEBACK10",
            message=words.text(_("Use the code {{ code }} at the checkout. The link below applies it for you.")),
        )
        return FlowForm(
            name=title,
            holdout="10",
            steps=(StepForm(wait="1", unit="hour"), StepForm(wait="1", unit="day"), code),
        )
    if name == "calls":
        task = StepForm(
            kind="create_task", wait="30", unit="minute", title=words.text(_("Call {{ first_name }} about {{ name }}"))
        )
        return FlowForm(name=title, minimum_value="200", steps=(task,))
    return FlowForm(steps=(StepForm(wait="1", unit="hour"),))
