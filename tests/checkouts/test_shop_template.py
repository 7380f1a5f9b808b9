"""The templates that a shop may write, and those that are refused because they could block the server."""

import re
import time
from types import SimpleNamespace

import pytest
from jinja2 import TemplateError, TemplateSyntaxError

from abandoned_checkouts.checkouts.shop_template import FILTERS, LONGEST_RESULT, check_template, filled_in
from tests.places import DOCS

LINES = [SimpleNamespace(title=title, details=("red", "L"), price=price) for title, price in (("Mug", 5), ("Cup", 0))]
VALUES = {"first_name": "Ada", "cart": SimpleNamespace(lines=LINES, total="5"), "code": "", "note": "<b>&</b>"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Dear {{ first_name }},", "Dear Ada,"),
        ("{{ code|default('none', true)|upper }}", "NONE"),
        ("{% if code %}with{% elif cart.total == '5' %}five{% else %}without{% endif %}", "five"),
        ("{% for line in cart.lines %}{{ loop.index }} {{ line.title }}; {% endfor %}", "1 Mug; 2 Cup; "),
        ("{% for line in cart.lines if line.price %}{{ line.title }}{% else %}none{% endfor %}", "Mug"),
        ("{% for l in cart.lines %}{% for d in l.details %}{{ d }}{% endfor %}{% endfor %}", "redLredL"),
        ("{% for line in cart.lines[:1] %}{{ line.details|join(', ') }}{% endfor %}", "red, L"),
        ("{% set first = cart.lines[0] %}{{ first.title }}", "Mug"),
        ("{{ 'a' if code else 'b' }}{{ cart.lines|length + 1 }}{# not seen #}", "b3"),
        ("{% raw %}{{ kept }}{% endraw %}", "{{ kept }}"),
        ("{{ unknown }}", ""),
    ],
)
def test_templates_of_mails_are_rendered(text: str, filled: str) -> None:
    check_template(text)
    assert filled_in(text, VALUES) == filled


def test_a_page_is_escaped_and_a_text_is_not() -> None:
    assert filled_in("{{ note }}", VALUES) == "<b>&</b>"
    assert filled_in("{{ note }}", VALUES, html=True) == "&lt;b&gt;&amp;&lt;/b&gt;"
    assert filled_in("{{ note|safe }}", VALUES, html=True) == "<b>&</b>"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% for n in range(100000) %}{% endfor %}", "a call; use a filter such as |upper"),
        ("{% for a in 'abc' %}{% endfor %}", "a loop must be over a list of the cart"),
        ("{% for a in cart.lines %}{% for b in cart.lines %}{% endfor %}{% endfor %}", "must be over a list of `a`"),
        (
            "{% for a in cart.lines %}{% for cart in a.details %}{% endfor %}"
            "{% for b in cart.lines %}{% endfor %}{% endfor %}",
            "must be over a list of `a`",
        ),
        (
            "{% for a in cart.lines %}{% set a = cart %}{% for b in a.lines %}{% endfor %}{% endfor %}",
            "may not reassign a loop variable",
        ),
        ("{% for a in cart.lines recursive %}{{ loop(a) }}{% endfor %}", "a call"),
        ("{% for a, b in cart.lines %}{% endfor %}", "a loop must be over"),
        ("{% for a in cart.lines %}{% endfor %}" * 21, "more than 20 loops"),
        ("{{ 'a' * 1000000000 }}", "the operator *"),
        ("{{ 9 ** 9 ** 9 }}", "the operator **"),
        ("{{ '%999999999d' % 1 }}", "the operator %"),
        ("{{ first_name|center(1000000000) }}", "the filter center; use capitalize, "),
        ("{{ first_name|replace('', first_name) }}", "the filter replace"),
        ("{{ cart.lines|join(first_name) }}", "`join` with a separator that is not a text of at most 20"),
        ("{{ cart.lines|join('" + "-" * 30 + "') }}", "`join` with a separator that is not"),
        ("{% set x = x ~ x %}", "`set` with an expression; use one value"),
        ("{% for a in cart.lines %}{% set a, b = cart.lines %}{% endfor %}", "`set` with several names"),
        ("{% macro m(n) %}{{ m(n) }}{% endmacro %}", "a macro"),
        ("{% include 'mail.html' %}", "an include"),
        ("{% autoescape false %}{{ note }}{% endautoescape %}", "a change of escaping"),
        ("{{ first_name.upper() }}", "a call"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "nested too deeply"),
        ("{{ first_name", "end of"),
        # Python's parser refuses these, or takes half a minute.
        ("{{ first_name" + "|upper" * 300 + " }}", "nested too deeply"),
        ("{{ first_name" + "[0]" * 300 + " }}", "nested too deeply"),
        ("{% if code %}" * 150 + "{% endif %}" * 150, "nested too deeply"),
        ("{{ " + "9" * 5000 + " }}", "the template is not valid"),
        ("{{ code|default(x=1, x=2) }}", "the template is not valid"),
        ("{{ code }}" * 5000, "more than 5,000 nodes"),
    ],
)
def test_a_template_that_could_block_the_server_is_refused(text: str, reason: str) -> None:
    with pytest.raises(TemplateSyntaxError) as problem:
        check_template(text)
    assert reason in str(problem.value.message), problem.value.message
    assert problem.value.lineno >= 1
    with pytest.raises(TemplateSyntaxError):
        filled_in(text, VALUES)


@pytest.mark.parametrize("text", ["{{ 1 - 'a' }}", "{{ 'abc'|truncate(2) }}", "{{ 'a'[::0] }}", "{{ 5|length }}"])
def test_an_operation_that_a_value_does_not_support_is_an_error_of_the_template(text: str) -> None:
    check_template(text)
    with pytest.raises(TemplateError):
        filled_in(text, VALUES)


def test_a_result_that_is_too_long_is_refused() -> None:
    cart = SimpleNamespace(lines=[SimpleNamespace(title="x" * 200)] * 10_000)
    text = "{% for line in cart.lines %}" + "{{ line.title }}" * 500 + "{% endfor %}"
    began = time.monotonic()
    with pytest.raises(TemplateError, match=f"more than {LONGEST_RESULT:,} characters"):
        filled_in(text, {"cart": cart})
    assert time.monotonic() - began < 20


def test_the_docs_name_every_filter() -> None:
    docs = (DOCS / "automations.md").read_text()
    listed = re.search(r"the\s+filters\s(.*?)Everything else", docs, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"`(\w+)`", listed[1])) == FILTERS - {"d", "e"}
