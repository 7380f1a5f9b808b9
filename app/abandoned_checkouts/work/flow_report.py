"""The report of a flow: the purchases of the people it mailed, compared with those of the people it held out."""

from abandoned_checkouts.automations.holdout import WHOLE, share_text
from abandoned_checkouts.automations.lift import Group, Interval, lift
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_people import group_totals, recovered_after_mail


async def flow_report(connection: Connection, shop: Shop, row: Row, now: int) -> UntypedJson:
    """The figures of a stored flow, as docs/automations.md describes them. Amounts are texts in the shop's currency."""
    flow, window = parse_flow(row["definition"]), rules_of(shop).attribution
    totals = await group_totals(connection, shop, row["id"], flow.holdout, now - window)
    mailed, held_out = _group(totals.get(False)), _group(totals.get(True))
    effect = lift(mailed, held_out, flow.holdout / WHOLE) if flow.holdout else None
    checkouts, total = await recovered_after_mail(connection, shop, row["id"])
    return {
        "flow": flow.name,
        "holdout": share_text(flow.holdout) if flow.holdout else None,
        "currency": shop.currency,
        "days": window // DAY,
        "mailed": _figures(mailed),
        "held_out": _figures(held_out),
        "people_within_days": sum(int(each["young"]) for each in totals.values()),
        "lift": None if effect is None or effect.bought is None else _share(effect.bought),
        "money_lift": None if effect is None or effect.money is None else _money(effect.money),
        "more_people_needed": None if effect is None else effect.more_people,
        "recovered_after_mail": {"checkouts": checkouts, "total": format_price(total)},
    }


def report_text(report: UntypedJson) -> str:
    """The report in plain English, one line for each fact."""
    currency, mailed, held_out = report["currency"], report["mailed"], report["held_out"]
    lines = [f"{report['flow']}: people mailed, and what they bought within {report['days']} days"]
    groups = [("mailed", mailed), *([("held out", held_out)] if report["holdout"] else [])]
    for name, group in groups:
        rate = "" if group["bought_rate"] is None else f" ({group['bought_rate']:.1%})"
        per_person = "" if group["per_person"] is None else f", {group['per_person']} {currency} per person"
        lines.append(f"{name}: {group['people']} people, {group['bought']} bought{rate}{per_person}")
    recovered = report["recovered_after_mail"]
    lines.append(f"recovered after a mail: {recovered['checkouts']} checkouts, {recovered['total']} {currency}")
    lines += _lift_lines(report)
    if report["people_within_days"]:
        lines.append(f"not complete: {report['people_within_days']} people can still buy within their days")
    return "".join(f"{line}\n" for line in lines)


def _lift_lines(report: UntypedJson) -> list[str]:
    if report["holdout"] is None:
        return ["lift: not measured; add holdout: 10% to the flow"]
    effect, money = report["lift"], report["money_lift"]
    if effect is None:
        return [f"lift: {report['more_people_needed']} more people needed"]
    found = [
        f"lift: {100 * effect['value']:+.1f} percentage points "
        f"(95 % interval {100 * effect['low']:+.1f} to {100 * effect['high']:+.1f})"
    ]
    if money is None:
        return [*found, "money per person: more buyers needed in both groups"]
    limits = f"(95 % interval {money['low']} to {money['high']})"
    return [*found, f"money per person: {money['value']} {report['currency']} {limits}"]


def _group(row: Row | None) -> Group:
    if row is None:
        return Group()
    return Group(int(row["people"]), int(row["bought"]), float(row["spent"]), float(row["spent_squared"]))


def _figures(group: Group) -> UntypedJson:
    return {
        "people": group.people,
        "bought": group.bought,
        "bought_rate": None if group.rate is None else round(group.rate, 6),
        "spent": format_price(round(group.spent)),
        "per_person": None if group.mean is None else _price(group.mean),
    }


def _share(interval: Interval) -> UntypedJson:
    return {"value": round(interval.value, 6), "low": round(interval.low, 6), "high": round(interval.high, 6)}


def _money(interval: Interval) -> UntypedJson:
    return {"value": _price(interval.value), "low": _price(interval.low), "high": _price(interval.high)}


def _price(amount: float) -> str:
    """Rounded to hundredths."""
    return format_price(round(amount / 100) * 100)
