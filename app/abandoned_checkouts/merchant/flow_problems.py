"""The problems of a flow in the reader's language. The checks of flows write their messages in English."""

from abandoned_checkouts.automations.yaml_problems import SENTENCES
from abandoned_checkouts.merchant.known_texts import KnownTexts
from abandoned_checkouts.merchant.words import Words, _

# The texts that follow the name of a field, or the path of a value.
PROBLEMS = (
    _(" must be a text that is not empty"),
    _(" contains a NUL character, which is not allowed"),
    _(" has %(number)s characters; the maximum is %(most)s"),
    _(" has %(number)s actions; the maximum is %(most)s"),
    _(" is %(value)s; it must be one of %(choices)s"),
    _(" is %(value)s; it must be one of %(choices)s. Did you mean %(near)s?"),
    _(" is %(value)s; it must be a whole number from %(least)s to %(most)s"),
    _(" is %(value)s; it must be a URL such as https://example.com/hook"),
    _(" is %(value)s; it must be a number, such as 632910392"),
    _(" is %(value)s; it must be true or false"),
    _(" is %(value)s; write a number or a comparison, such as '>=2'"),
    _(" is %(value)s; write true, false, a code, or a list of codes"),
    _(" is %(value)s; it must have 1 to 20 letters, digits, - or _, such as BACK-"),
    _(" is %(value)s; it must be a name without / and spaces at its ends"),
    _(" is unknown; the allowed keys are %(choices)s"),
    _(" is unknown; the allowed keys are %(choices)s. Did you mean %(near)s?"),
    _(" is unknown; it must be one of %(choices)s"),
    _(" is unknown; it must be one of %(choices)s. Did you mean %(near)s?"),
    _(" must be a mapping of names to values, not %(kind)s"),
    _("a flow must be a mapping of names to values, not %(kind)s"),
    _(" must be a list of waits and actions, such as %(example)s"),
    _(" must be a list of addresses, such as ada@example.com or '*@example.com'"),
    _(" must have exactly one of the keys %(choices)s"),
    _(" must have a condition; use %(choices)s"),
    _(" must contain {{ unsubscribe_link }}, so that buyers can unsubscribe"),
    _(" is a wait without an end: %(place)s must not end with a wait; add an action after it"),
    _(" has no if; write if: and a condition before then: and else:"),
    _(" has neither then nor else; add a list of steps to one of them"),
    _(" can never be met: its conditions exclude each other; change or remove one"),
    _(" can match nothing: its terms about %(name)s exclude each other; remove one of them"),
    _(" measures the effect of mails, but the flow sends none; add send_email or remove it"),
    _(" needs webhook; remove it, or add the address"),
    _(" has no text for %(language)s, which %(other)s has; add it"),
    _(": '%(value)s' is not a duration; write one such as 30 minutes, 1 hour or 2 days"),
    _(": '%(value)s' is longer than %(days)s days, the longest wait"),
    _(": '%(value)s' is not a time of day or a weekday; write one such as '09:00', 'tuesday 10:00' or 'weekday 09:00'"),
    _(": '%(value)s' is not a share; write one such as 10%%"),
    _(": '%(value)s' leaves nobody to write to; write a smaller share, such as 10%%"),
    _(": '%(value)s' holds nobody out; remove it, or write a share such as 10%%"),
    _(" is empty; write how long to wait, such as 1 hour, or until when, such as 09:00"),
    _(" is for a language that mails are not in; use one of %(choices)s"),
    _(": %(value)s is not a language code; write one such as en, in quotes"),
    _(" must not be empty; list products, such as [{vendor: Acme}]"),
    _(" must be a mapping, such as {title: '*teapot*'} or {id: 632910392}"),
    _(" must be a text, such as '*teapot*'; * stands for any text"),
    _(" is %(value)s; it must be one of %(choices)s: how much is still available"),
    _(" is never met: %(why)s; remove it, or change the condition"),
    _(" is never reached: %(why)s; change the condition, or remove these steps"),
    _(": %(name)s: Input `%(value)s` is not an accepted value."),
    _(": %(name)s: Input `%(value)s` is not an accepted value. Did you mean %(near)s?"),
    _(": line %(line)s of the text: %(problem)s"),
    _("not valid YAML or JSON: %(problem)s"),
    _("anchors (&) and aliases (*) are not allowed; write the value again"),
    _("tags (!) are not allowed; write a plain value"),
    _("the key '%(key)s' occurs twice; remove one"),
    _("the text has %(number)s bytes; the maximum is %(most)s"),
    _("nested more than %(number)s levels deep"),
    _("half of a surrogate pair is not a valid character"),
)
# The texts inside of these.
_PARTS = (
    _("%(name)s is unknown; the variables are %(choices)s"),
    _("%(name)s is unknown. Did you mean %(near)s?"),
    _("the template has more than %(number)s nodes"),
    _("the template has more than %(number)s loops"),
    _("the template is nested too deeply"),
    _("the template is not valid: %(problem)s"),
    _("a template cannot contain %(problem)s"),
    _("`set` may not reassign a loop variable"),
    _("a loop must be over a list of the cart: `for line in cart.lines`"),
    _("a nested loop must be over a list of `%(name)s`"),
    _("the condition is always met here"),
    _("only_if, or the branches around it, exclude its condition"),
    _("a number or date in it is not possible"),
    *SENTENCES,
)
_KNOWN = KnownTexts(PROBLEMS, KnownTexts(_PARTS))


def problem_text(words: Words, place: str, message: str) -> str:
    """The message after the name of its place."""
    return (
        f"{place}{_KNOWN.translated(words, message, nested=('problem', 'why'), quoted=('answer',)) or message}".strip()
    )
