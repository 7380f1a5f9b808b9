"""Editing a flow, as a form or as text: check it, try it, save it. A conflict keeps what was typed."""

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from starlette.responses import Response

from abandoned_checkouts.automations.flow import Flow, SendEmail
from abandoned_checkouts.automations.flow_text import flow_text_of
from abandoned_checkouts.automations.parse_flows import MOST_STEPS
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.dry_run_page import MOST_LISTED, tried_flow
from abandoned_checkouts.merchant.flow_fields import FieldProblem, Typed, explanation, typed_form, typed_in, typed_text
from abandoned_checkouts.merchant.flow_figures import warnings_of
from abandoned_checkouts.merchant.flow_form import KINDS, FlowForm, StepForm, form_of
from abandoned_checkouts.merchant.flow_limits import Limits, limits_of, save_limits
from abandoned_checkouts.merchant.flow_page import locale_names
from abandoned_checkouts.merchant.flow_templates import TEMPLATES, template_form
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.recovery.languages import language_of
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.discount_codes import list_counts
from abandoned_checkouts.store.flows.flows import find_flow, lock_flows, version_of
from abandoned_checkouts.work.store_flow import store_flow

_TRIED_DAYS = 30
# The texts of a mail that are standard ones if nobody typed others.
_DEFAULT_TEXTS = ("subject", "message", "button")


@dataclass(frozen=True, slots=True)
class Conflict:
    """The text that was stored meanwhile beside the typed one, line by line; `True` marks a line that the other text
    does not have. `theirs` is empty if the flow was deleted."""

    theirs: list[tuple[bool, str]]
    mine: list[tuple[bool, str]]
    changed_at: str = ""


async def edit_page(visit: Visit) -> Response:
    """The form of a flow, or its text if it has more than the form can show. `?as=text` shows the text."""
    async with visit.database.read() as connection:
        row = existing(await find_flow(connection, visit.shop, number_in(visit.request, "flow_id")))
    form = None if visit.parameters().get("as") == "text" else form_of(row["definition"])
    text = flow_text_of(row["definition"])
    typed = await typed_text(visit, text) if form is None else await typed_form(visit, form)
    return await _page(visit, row, typed, version=version_of(row))


async def new_page(visit: Visit) -> Response:
    """The form of a template: `?from=` names it. Nothing is stored."""
    form = template_form(visit.parameters().get("from", ""), visit.words)
    typed = await typed_form(visit, form)
    # Nobody has typed anything yet.
    return await _page(visit, None, replace(typed, problems=()))


async def check(visit: Visit) -> Response:
    """The problems and the explanation of what was typed, for the script of the form."""
    typed = await typed_in(visit)
    return visit.page("flow_check.html", **await _checked(visit, typed))


async def submit(visit: Visit) -> Response:
    """A button of the form: save, check, try, add or move a step, or show the form as text and back."""
    row = await _row(visit)
    typed = await typed_in(visit)
    form = visit.form
    if "save" in form:
        return await _save(visit, row, typed)
    version = form.text("version", 40)
    if "try" in form and typed.flow is not None:
        return await _page(visit, row, typed, version=version, tries=True)
    if typed.form is not None and "as_text" in form:
        return await _page(visit, row, await typed_text(visit, typed.text), version=version)
    if typed.definition is not None and "as_form" in form:
        shown = form_of(typed.definition)
        if shown is not None:
            return await _page(visit, row, await typed_form(visit, shown), version=version)
        problem = FieldProblem("", visit.words.text(_("This flow has more than the form can show. Edit it as text.")))
        return await _page(visit, row, replace(typed, problems=(problem,)), version=version)
    if typed.form is not None:
        changed, focus = _changed(visit, typed.form)
        if changed != typed.form:
            return await _page(visit, row, await typed_form(visit, changed), version=version, focus=focus)
    return await _page(visit, row, typed, version=version)


async def _row(visit: Visit) -> Row | None:
    """The stored flow; None for a new one, or if it was deleted meanwhile."""
    if "flow_id" not in visit.request.path_params:
        return None
    async with visit.database.read() as connection:
        return await find_flow(connection, visit.shop, number_in(visit.request, "flow_id"))


def _changed(visit: Visit, form: FlowForm) -> tuple[FlowForm, str]:
    """The form after a step was added, removed or moved, and the field to go on with."""
    steps, typed = list(form.steps), visit.form
    if "add" in typed and len(steps) < MOST_STEPS:
        kind = typed.text("add", 40)
        steps.append(StepForm(kind if kind in KINDS else KINDS[0], wait="1", unit="day"))
        return replace(form, steps=tuple(steps)), f"wait-{len(steps) - 1}"
    for name, shift in (("remove", 0), ("up", -1), ("down", 1)):
        place = whole_number(typed.text(name, 5))
        if place is None or place >= len(steps):
            continue
        step = steps.pop(place)
        if name != "remove":
            place = max(0, place + shift)
            steps.insert(place, step)
        return replace(form, steps=tuple(steps)), f"wait-{min(place, len(steps) - 1)}" if steps else "name"
    return form, ""


async def _save(visit: Visit, row: Row | None, typed: Typed) -> Response:
    version, limits = visit.form.text("version", 40), limits_of(visit)
    if typed.flow is None or typed.definition is None or limits.problems:
        return await _page(visit, row, typed, version=version, status=422, limits=limits)
    is_new = "flow_id" not in visit.request.path_params
    # The approvals of an app that saves a flow decide what its notifications contain; a person has all.
    owner = visit.access.app_id if visit.role is None else None
    async with visit.database.begin() as connection:
        await lock_flows(connection, visit.shop)
        row = None if is_new else await find_flow(connection, visit.shop, number_in(visit.request, "flow_id"))
        conflict = None if is_new else _conflict(visit, row, typed, version)
        named = await find_flow(connection, visit.shop, typed.flow.name)
        is_taken = named is not None and (row is None or named["id"] != row["id"])
        if conflict is None and not is_taken:
            number = None if row is None else row["id"]
            stored = await store_flow(
                connection, visit.shop, typed.definition, now=visit.now, number=number, owner_id=owner
            )
            await save_limits(visit, connection, limits)
            return visit.redirect(f"/merchant/flows/{stored['id']}", "flow_created" if is_new else "flow_saved")
    if conflict is None:
        text = visit.words.text(_("Another flow has this name. Choose another one."))
        problem = FieldProblem("name" if typed.form is not None else "text", text)
        return await _page(visit, row, replace(typed, problems=(problem,)), version=version, status=409)
    current = "" if row is None else version_of(row)
    return await _page(visit, row, typed, version=current, status=409, conflict=conflict)


def _conflict(visit: Visit, row: Row | None, typed: Typed, version: str) -> Conflict | None:
    """None if nobody else changed the flow since it was shown."""
    if row is None:
        # A second attempt to save stores it as a new flow.
        return None if not version else Conflict([], [(True, line) for line in typed.text.splitlines()])
    if version == version_of(row):
        return None
    theirs, mine = flow_text_of(row["definition"]).splitlines(), flow_text_of(typed.definition).splitlines()
    same = SequenceMatcher(None, theirs, mine, autojunk=False).get_matching_blocks()
    same_theirs = {block.a + place for block in same for place in range(block.size)}
    same_mine = {block.b + place for block in same for place in range(block.size)}
    return Conflict(
        [(place not in same_theirs, line) for place, line in enumerate(theirs)],
        [(place not in same_mine, line) for place, line in enumerate(mine)],
        visit.words.moment(row["updated_at"], visit.zone, "short"),
    )


async def _page(
    visit: Visit,
    row: Row | None,
    typed: Typed,
    *,
    version: str = "",
    status: int = 200,
    conflict: Conflict | None = None,
    tries: bool = False,
    focus: str = "",
    limits: Limits | None = None,
) -> Response:
    number = visit.request.path_params.get("flow_id")
    language = language_of(visit.words.name)
    async with visit.database.read() as connection:
        lists = [each["list_name"] for each in await list_counts(connection, visit.shop, visit.now)]
        tried = None
        if tries and typed.definition is not None:
            trial = {"id": row["id"] if row else 0, "shop_id": visit.shop.id, "step_numbers": None}
            tried = await tried_flow(visit, connection, {**trial, "definition": typed.definition}, _TRIED_DAYS)
    return visit.page(
        "flow_edit.html",
        status,
        number=number,
        row=row,
        typed=typed,
        version=version,
        conflict=conflict,
        tried=tried,
        most_listed=MOST_LISTED,
        focus=focus,
        kinds=KINDS,
        templates=TEMPLATES,
        code_lists=lists,
        limits=limits or limits_of(visit),
        action="/merchant/flows/new" if number is None else f"/merchant/flows/{number}/edit",
        draft=f"{visit.shop.id}/{number or 'new'}",
        defaults={
            name: language.say(f"mail_{name}", shop=visit.shop.name) for name in ("subject", "message", "button")
        },
        locales=locale_names(visit),
        preview_language=visit.form.text("preview_language", 20) or visit.words.name,
        most_steps=MOST_STEPS,
        **await _checked(visit, typed),
    )


async def _checked(visit: Visit, typed: Typed) -> dict[str, Any]:
    async with visit.database.read() as connection:
        warnings = await _warnings(visit, connection, typed.flow)
    flow, text = typed.flow, typed.text.splitlines()
    return {
        "problems": [(each, text[each.line - 1] if 0 < each.line <= len(text) else "") for each in typed.problems],
        "warnings": warnings,
        "explanation": [] if flow is None else explanation(visit, flow),
        "mail_count": 0 if flow is None else sum(isinstance(step.action, SendEmail) for step in flow.all_steps()),
    }


async def _warnings(visit: Visit, connection: Connection, flow: Flow | None) -> list[str]:
    return [] if flow is None else await warnings_of(visit, connection, flow)
