"""The story of a checkout, from its beginning on: events, activities, mails, tasks, notes and what is scheduled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.merchant.labels import LABELS
from abandoned_checkouts.merchant.reasons import reason_text
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.checkouts.timeline import TimelineEntry, with_moments
from abandoned_checkouts.store.engine.rows import Row

# A moment in the text of a reason, which is shown in the shop's time zone.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_UPDATE = "checkout_updated"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the story. `mail_id` links to the mail as it was sent, `note_id` to a note that can be edited."""

    at: int
    time: str
    kind: str
    title: str
    text: str = ""
    mail_id: str | None = None
    note_id: int | None = None


def story_of(visit: Visit, checkout: Checkout, timeline: Sequence[TimelineEntry], notes: Sequence[Row]) -> list[Entry]:
    entries = [_entry(visit, each) for each in _without_repeated_updates(with_moments(timeline, checkout))]
    for note in notes:
        edited = note["version"] > 1
        title = visit.words.text(
            _("Note of %(author)s (edited)") if edited else _("Note of %(author)s"), author=note["author"]
        )
        entries.append(
            Entry(note["created_at"], _time(visit, note["created_at"]), "note", title, note["text"], None, note["id"])
        )
    # An event is the reason for what happened at the same moment.
    return sorted(entries, key=lambda entry: (entry.at, entry.kind != "event"))


def _without_repeated_updates(timeline: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """Only the last of updates that follow each other: a buyer's typing is many updates."""
    kept: list[TimelineEntry] = []
    for entry in timeline:
        if kept and entry.name == kept[-1].name == _UPDATE:
            kept.pop()
        kept.append(entry)
    return kept


def _entry(visit: Visit, entry: TimelineEntry) -> Entry:
    text = _local(visit, reason_text(visit.words, entry.note or ""))
    if entry.kind == "mail":
        title = f"“{entry.name}”" if entry.mail_id else visit.words.text(_("(erased)"))
    elif entry.kind == "task":
        title = visit.words.text(_("Task: %(title)s"), title=entry.name)
    else:
        title = visit.words.text(LABELS.get(entry.name, entry.name))
    return Entry(entry.at, _time(visit, entry.at), entry.kind, title, text, entry.mail_id)


def _time(visit: Visit, moment: int) -> str:
    return visit.words.moment(moment, visit.zone)


def _local(visit: Visit, text: str) -> str:
    def local(found: re.Match[str]) -> str:
        try:
            return visit.words.moment(parse_moment(found[0]), visit.zone, "short")
        except MomentError:
            return found[0]

    return _MOMENT.sub(local, text)
