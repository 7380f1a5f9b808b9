"""Actions on checkouts, one or many: close, reopen, write a note, send a reminder. Many are confirmed first."""

from starlette.responses import Response

from abandoned_checkouts.automations.flow import SendEmail
from abandoned_checkouts.checkouts.randomness import random_url_text
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.checkout_list import address_of
from abandoned_checkouts.merchant.reminder import hand_of, reason_text
from abandoned_checkouts.merchant.search import LONGEST_QUERY, Search, listing_of
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.checkouts.close import set_closed
from abandoned_checkouts.store.checkouts.notes import LONGEST_NOTE, add_notes, change_note, find_note
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.reading.pages import PageWindow
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError
from abandoned_checkouts.work.send_by_hand import NotSentError, send_reminder

# An action: its text, and what the page asks before it is done to many.
ACTIONS = {
    "close": (_("Close"), _("Closed checkouts get no reminders and leave the list of open ones.")),
    "reopen": (_("Reopen"), _("Reopened checkouts are in the list of open ones again.")),
    "note": (_("Write a note"), _("The same note is written about each checkout.")),
    "remind": (_("Send a reminder"), _("Each buyer who may be written to gets the default reminder now.")),
}
# Checkouts that one form can change. Each reminder waits for the mail server.
MOST, MOST_REMINDERS = 1000, 50
_BATCH = 100


async def act_on_many(visit: Visit) -> Response:
    """Shows how many checkouts an action changes, and after the confirmation changes them."""
    action = visit.form.text("action", 20)
    if action not in ACTIONS:
        return _notice(visit, 422, _("Choose an action."))
    query = visit.form.text("query", LONGEST_QUERY)
    is_all = visit.form.text("of") == "all"
    numbers = await _numbers_of_search(visit, query) if is_all else _numbers_in_form(visit)
    most = MOST_REMINDERS if action == "remind" else MOST
    if not numbers:
        return _notice(visit, 422, _("Choose at least one checkout."))
    if len(numbers) > most:
        text = visit.words.count(
            "At most %(count)s checkout can be changed at once. Narrow the search.",
            "At most %(count)s checkouts can be changed at once. Narrow the search.",
            most,
        )
        return visit.notice(422, visit.words.text(_("Too many checkouts")), text)
    note = visit.form.text("note", LONGEST_NOTE)
    confirmed = visit.form.text("confirmed", 9) == str(len(numbers)) and (action != "note" or note)
    if not confirmed:
        return visit.page(
            "confirm.html",
            action=action,
            texts=ACTIONS[action],
            count=len(numbers),
            numbers=[] if is_all else numbers,
            query=query,
            is_all=is_all,
            note=note,
            most_note=LONGEST_NOTE,
            back=address_of(Search(query)),
        )
    done, problems = await _done(visit, action, numbers, note)
    return visit.page("result.html", done=done, problems=problems, back=address_of(Search(query)), action=action)


async def _done(visit: Visit, action: str, numbers: list[int], note: str) -> tuple[int, list[tuple[int, str]]]:
    """How many checkouts were changed, and why others were not."""
    if action == "remind":
        return await _remind(visit, numbers)
    done = 0
    for start in range(0, len(numbers), _BATCH):
        part = numbers[start : start + _BATCH]
        async with visit.database.begin() as connection:
            if action == "note":
                await add_notes(connection, visit.shop, part, visit.who, note, visit.now)
                done += len(part)
            else:
                closed = action == "close"
                done += len(await set_closed(connection, visit.shop, part, closed=closed, now=visit.now))
    visit.site.wake()
    return done, []


async def _remind(visit: Visit, numbers: list[int]) -> tuple[int, list[tuple[int, str]]]:
    done, problems, written_to = 0, [], set()
    for number in numbers:
        try:
            message_id = random_url_text(18)
            async with visit.database.read() as connection:
                checkout = await current_checkout(connection, visit.shop, number)
            person = "" if checkout is None else (checkout.email or "").lower() or str(checkout.customer_id)
            if person in written_to:
                problems.append((number, visit.words.text(_("The buyer got a reminder of another checkout just now."))))
                continue
            await send_reminder(hand_of(visit), visit.shop, number, SendEmail(), message_id=message_id, now=visit.now)
            written_to.add(person)
            done += 1
        except NotSentError as problem:
            problems.append((number, reason_text(visit.words, problem.reason)))
    return done, problems


async def act_on_one(visit: Visit) -> Response:
    """Closes or reopens the checkout of a page."""
    number, closed = number_in(visit.request, "checkout_id"), visit.form.text("action") == "close"
    async with visit.database.begin() as connection:
        existing(await current_checkout(connection, visit.shop, number))
        changed = await set_closed(connection, visit.shop, [number], closed=closed, now=visit.now)
    visit.site.wake()
    done = ("closed" if closed else "reopened") if changed else "unchanged"
    return visit.redirect(f"/merchant/checkouts/{number}", done)


async def write_note(visit: Visit) -> Response:
    number, text = number_in(visit.request, "checkout_id"), visit.form.text("text", LONGEST_NOTE)
    if not text:
        return _notice(visit, 422, _("The note is empty."))
    async with visit.database.begin() as connection:
        existing(await current_checkout(connection, visit.shop, number))
        await add_notes(connection, visit.shop, [number], visit.who, text, visit.now)
    return visit.redirect(f"/merchant/checkouts/{number}", "note_saved")


async def edit_note(visit: Visit) -> Response:
    """Shows a note to edit, and stores it. If somebody else changed it meanwhile, both texts are shown."""
    async with visit.database.begin() as connection:
        note = existing(await find_note(connection, visit.shop, number_in(visit.request, "note_id")))
        if visit.request.method == "GET":
            return visit.page("note.html", note=note, text=note["text"], conflict="", most_note=LONGEST_NOTE)
        text, version = visit.form.text("text", LONGEST_NOTE), visit.form.text("version", 9)
        expected = int(version) if version.isascii() and version.isdigit() else 0
        if text and await change_note(connection, note, expected, text, visit.now):
            return visit.redirect(f"/merchant/checkouts/{note['checkout_id']}", "note_saved")
    conflict = note["text"] if text else ""
    return visit.page(
        "note.html", 409 if text else 422, note=note, text=text, conflict=conflict, most_note=LONGEST_NOTE
    )


async def _numbers_of_search(visit: Visit, query: str) -> list[int]:
    """The checkouts that a search finds, at most one more than a form can change."""
    async with visit.database.read() as connection:
        try:
            listing = listing_of(visit, Search(query), connection.dialect.name)
        except SearchTooDeepError:
            return []
        page = await window_of(connection, listing, PageWindow(first=MOST + 1, reverse=True))
        return [row["id"] for row in page.rows]


def _numbers_in_form(visit: Visit) -> list[int]:
    found = {int(text) for text in visit.form.all("id") if text.isascii() and text.isdigit() and len(text) < 19}
    return sorted(found)


def _notice(visit: Visit, status: int, text: str) -> Response:
    return visit.notice(status, visit.words.text(_("Nothing was changed")), visit.words.text(text))
