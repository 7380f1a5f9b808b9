"""The table of docs/scenarios.md, made from the declared scenarios."""

from abandoned_checkouts.twin.scenarios.collection import scenarios, thread_url

_NEEDS = {"requests": "", "bulk": "bulk", "rest": "REST", "refresh tokens": "OAuth", "webhooks": "webhooks"}


def scenarios_table() -> str:
    lines = ["| name | for | what happens | a correct client | reported in |", "|---|---|---|---|---|"]
    for each in scenarios().values():
        thread = f"[{each.thread}]({thread_url(each.thread)})" if each.thread else ""
        stops = " It may stop with an error." if each.may_stop else ""
        lines.append(f"| `{each.name}` | {_NEEDS[each.needs]} | {each.summary} | {each.correct}{stops} | {thread} |")
    return "\n".join(lines) + "\n"
