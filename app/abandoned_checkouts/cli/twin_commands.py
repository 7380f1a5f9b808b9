"""`twin scenarios`, `twin scenario` and `twin exam`: repeat incidents, and examine an extractor or a receiver."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Annotated, Literal

import orjson
import typer

from abandoned_checkouts.cli.exit_codes import SOME_REJECTED, SUCCESS, TwinError
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.twin.exam.card import Card
from abandoned_checkouts.twin.exam.command import CommandError
from abandoned_checkouts.twin.exam.examination import ExamError, prepared
from abandoned_checkouts.twin.exam.output import OutputError
from abandoned_checkouts.twin.exam.own_twin import own_twin
from abandoned_checkouts.twin.exam.receiver_exam import prepared_receiver
from abandoned_checkouts.twin.exam.remote import RemoteError, RemoteTwin
from abandoned_checkouts.twin.nearest import nearest
from abandoned_checkouts.twin.scenarios.collection import Scenario, scenarios

application = typer.Typer(
    help="Replay incidents on a running twin, and examine a data extractor or a receiver of webhooks.",
    no_args_is_help=True,
)

_WORK_ERRORS = (RemoteError, CommandError, OutputError, ExamError)
Url = Annotated[
    str | None,
    typer.Option(metavar="URL", help="URL of a server that runs with --twin. \\[default: from the settings]"),
]
ScenarioName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the scenario; see `twin scenarios`.")]


@application.command("scenarios")
def list_scenarios() -> None:
    """List the scenarios: name, what happens, the public thread, what a correct client does."""
    for each in scenarios().values():
        thread = each.described()["thread"]
        sys.stdout.write(f"{each.name}\n    {each.summary}\n    Correct: {each.correct}\n")
        sys.stdout.write(f"    Reported: {thread}\n" if thread else "")


@application.command("scenario")
def scenario(
    name: ScenarioName,
    url: Url = None,
    stage: Annotated[int, typer.Option(min=1, help="Stage to start. Call the command once for each stage.")] = 1,
    shop: Annotated[
        str | None, typer.Option(metavar="DOMAIN", help="Shop in which the scenario creates checkouts.")
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the scenario: delete its faults.")] = False,
) -> None:
    """Start a scenario on a running twin, or stop it."""
    found = _named(name)
    twin = RemoteTwin(url or settings_from().address)
    body = {"stage": stage, **({"shop": shop} if shop else {})}
    try:
        shown = twin.ask("DELETE" if stop else "POST", f"/scenarios/{found.name}", None if stop else body)["scenario"]
    except RemoteError as problem:
        raise TwinError(str(problem)) from None
    if stop:
        sys.stdout.write(f"{found.name} is stopped. Its faults happened {shown['applied']} times.\n")
        return
    sys.stdout.write(f"{found.name}: stage {shown['stage']} of {shown['stages']} runs.\n{found.summary}\n")
    sys.stdout.write(f"Correct: {found.correct}\n")


@application.command("exam")
def exam(
    command: Annotated[
        str, typer.Option(metavar="COMMAND", help="The command that runs your extractor once, or starts your receiver.")
    ],
    receiver: Annotated[
        bool, typer.Option("--receiver", help="Examine a receiver of webhooks: the command starts an app.")
    ] = False,
    job: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help="For a receiver: the command of its job that reads the list, run once."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Use this running twin. \\[default: start one for the exam]")
    ] = None,
    scenario: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this scenario; can be repeated. \\[default: all]")
    ] = None,
    time_limit: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="Maximum time of one run.")] = 60.0,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="Format of the report card.")] = "text",
) -> None:
    """Run an extractor or a receiver of webhooks against the scenarios, and print a report card.

    Your command receives environment variables: ABANDONED_CHECKOUTS_URL, _SHOP, _TOKEN, and _SINCE, the time from which
    to read. An extractor must write rows with id and updated_at, as JSON lines or as Singer or Airbyte messages, to
    standard output or to the file in _OUTPUT. It can keep its state in the file in _STATE. A receiver must accept
    webhooks at /webhooks on the port in _PORT of 127.0.0.1, signed with the secret in _WEBHOOK_SECRET, and append each
    row that it stores to the file in _OUTPUT. Exit code 1 means that a scenario failed.
    """
    if job is not None and not receiver:
        raise typer.BadParameter("--job needs --receiver")
    chosen = [_named(name) for name in scenario or ()] or list(scenarios().values())
    sat = [each for each in chosen if (each.needs == "webhooks") == receiver]
    left_out = [each.name for each in chosen if each not in sat]
    try:
        with ExitStack() as opened:
            twin = RemoteTwin(url) if url else opened.enter_context(own_twin())
            if receiver:
                receiving = opened.enter_context(prepared_receiver(twin, command, job, time_limit))
                cards = receiving.hold(sat, _report_progress)
            else:
                held = opened.enter_context(prepared(twin, command, time_limit))
                cards = held.hold(sat, _report_progress)
    except _WORK_ERRORS as problem:
        raise TwinError(str(problem)) from None
    _print(cards, left_out, form, receiver=receiver)
    raise SystemExit(SOME_REJECTED if any(card.verdict == "failed" for card in cards) else SUCCESS)


def _report_progress(name: str) -> None:
    sys.stderr.write(f"{name} …\n")


def _named(name: str) -> Scenario:
    known = scenarios()
    if name not in known:
        raise typer.BadParameter(f'there is no scenario "{name}".{nearest(name, known)}')
    return known[name]


def _print(cards: Sequence[Card], left_out: Sequence[str], form: str, *, receiver: bool) -> None:
    if form == "json":
        found = {"cards": [card.described() for card in cards], "leftOut": list(left_out)}
        sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    sys.stdout.write(f"{'scenario':<34}{'verdict':<13}{'lost':>5}{'doubled':>9}{'stale':>7}{'late':>6}  notes\n")
    for card in cards:
        notes = "; ".join(card.reasons) or ("stopped with an error, which is allowed here" if card.gave_up else "")
        figures = f"{card.lost:>5}{card.doubled:>9}{card.stale:>7}{card.late:>6}"
        sys.stdout.write(f"{card.scenario:<34}{card.verdict:<13}{figures}  {notes}\n")
    counts = {
        verdict: sum(card.verdict == verdict for card in cards) for verdict in ("passed", "failed", "not reached")
    }
    sys.stdout.write("\n" + ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) + ".\n")
    if left_out:
        names = ", ".join(left_out)
        why = "they are for extractors" if receiver else "an extractor receives no webhooks; see --receiver"
        sys.stdout.write(f"Not run, because {why}: {names}.\n")
