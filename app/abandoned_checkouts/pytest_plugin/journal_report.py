"""The journal of a failed test as text: requests with errors and warnings, webhooks and mails."""

from collections.abc import Callable, Sequence

from abandoned_checkouts.pytest_plugin.made import JournalEntry

# Entries of each kind in a report; the newest ones.
MOST = 40


def journal_report(
    requests: Sequence[JournalEntry], deliveries: Sequence[JournalEntry], mails: Sequence[JournalEntry]
) -> str:
    """One line for each entry, with what went wrong below it."""
    parts = [("requests", requests, _request), ("deliveries", deliveries, _delivery), ("mails", mails, _mail)]
    return "\n".join(line for name, entries, describe in parts for line in _section(name, entries, describe))


def _section(name: str, entries: Sequence[JournalEntry], describe: Callable[[JournalEntry], list[str]]) -> list[str]:
    lines = [f"{name}: {len(entries) or 'none'}"]
    if len(entries) > MOST:
        lines.append(f"  the first {len(entries) - MOST} are left out")
    for entry in entries[-MOST:]:
        first, *more = describe(entry)
        lines += [f"  {entry['instant'][:19].replace('T', ' ')}  {first}", *(f"      {line}" for line in more)]
    return lines


def _request(entry: JournalEntry) -> list[str]:
    words = [entry["method"], entry["path"]]
    if entry.get("operation"):
        words.append(entry["operation"])
    words.append(f"→ {entry['status']}")
    if entry.get("requestedCost") is not None:
        left = (entry.get("throttleStatus") or {}).get("currentlyAvailable")
        words.append(f"(cost {entry.get('actualCost')} of {entry['requestedCost']} requested, {left} points left)")
    lines = [" ".join(str(word) for word in words)]
    lines += [f"error: {error}" for error in entry.get("errors") or []]
    lines += [f"warning: {warning}" for warning in entry.get("warnings") or []]
    lines += [f"note: {note}" for note in entry.get("notes") or []]
    if entry["status"] >= 400 and not entry.get("errors"):
        lines.append(f"response: {entry['response']['body'][:300]}")
    return lines + _fault(entry)


def _delivery(entry: JournalEntry) -> list[str]:
    problem = f": {entry['problem']}" if entry.get("problem") else ""
    first = f"{entry['topic'] or 'notification'} to {entry['address']} → {entry['status'] or entry['outcome']}{problem}"
    return [first, *_fault(entry)]


def _mail(entry: JournalEntry) -> list[str]:
    return [f"to {entry['to']}: {entry['subject']}"]


def _fault(entry: JournalEntry) -> list[str]:
    return [f"fault: {entry['fault']}"] if entry.get("fault") else []
