"""Flows to start from."""

import pytest

from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.merchant.flow_form import definition_of, form_of
from abandoned_checkouts.merchant.flow_templates import TEMPLATES, template_form
from abandoned_checkouts.merchant.words import words_of
from abandoned_checkouts.work.load_flow import FIELDS


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("name", sorted(set(TEMPLATES) - {"empty"}))
def test_a_template_can_be_saved_as_it_is(name: str, language: str) -> None:
    form = template_form(name, words_of(language))
    definition, _places = definition_of(form)
    parse_flow(definition, FIELDS)
    assert form_of(definition) == form


def test_an_unknown_template_is_the_empty_one() -> None:
    words = words_of("en")
    assert template_form("nonsense", words) == template_form("empty", words)
    assert template_form("empty", words).name == ""
