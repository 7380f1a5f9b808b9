"""Errors that other modules write in English, in the reader's language.

The control API and the commands show the same texts in English. Details from another program, such as the answer of a
mail server, stay as they are.
"""

from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.merchant.flow_problems import problem_text
from abandoned_checkouts.merchant.known_texts import KnownTexts
from abandoned_checkouts.merchant.words import Words, _

ERRORS: tuple[str, ...] = (
    # Periods of reports.
    _("The period is invalid: %(problem)s. Use from and to, or period=%(choices)s."),
    _("'%(value)s' is not a date such as 2026-11-30"),
    _("the first day %(first)s is after the last day %(last)s"),
    _("a period has at most %(most)s days; this one has %(number)s"),
    _("'%(value)s' is not a period; use %(choices)s, or two dates"),
    _("a period needs from and to"),
    _("'%(value)s' is not allowed in money; use shop or buyer"),
    _("'%(value)s' is not a currency; use a code such as EUR"),
    # Users.
    _("'%(email)s' is not an e-mail address"),
    _("%(email)s is the last owner; make another user the owner first"),
    # Webhook subscriptions.
    _("%(topic)s is not a topic; it must be one of %(choices)s"),
    _("%(address)s is not a URL that events can be sent to; it must start with https://"),
    _("%(host)s is in a private network, to which events are not sent"),
    _("%(address)s is already subscribed to %(topic)s"),
    # Searches and exports.
    _("Input `%(value)s` is not an accepted value."),
    _("The search has more than %(number)s levels of nested groups."),
    _("The file cannot be written: %(problem)s"),
    # Requests.
    _("This page is not served at %(host)s; use that address."),
    _("This page is not served at %(host)s; use 127.0.0.1, or set the public URL."),
    _("Pages of other sites may not use this server."),
    _("The body is larger than %(limit)s."),
    _("The body was not received within %(number)s seconds."),
    _("The body ended early."),
    # Failures of this server.
    _("The store cannot be used at the moment. Try again later."),
    _("Internal server error. The log of the server says more."),
)
_KNOWN = KnownTexts(ERRORS)


def error_text(words: Words, message: str) -> str:
    """The error in the reader's language; an unknown one stays in English."""
    return _KNOWN.translated(words, message, nested=("problem",)) or message


def flow_error_text(words: Words, error: FlowError) -> str:
    """The problems of an invalid flow, each after its place in the flow."""
    found = []
    for problem in error.problems:
        place = str(problem.place)
        found.append(problem_text(words, place, problem.text.removeprefix(place)))
    return " ".join(found)
