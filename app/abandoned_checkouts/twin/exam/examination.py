"""Runs an exam: creates a shop with rows, runs the command once without an incident, then in every scenario."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import DAY, format_utc, parse_moment
from abandoned_checkouts.twin.exam.card import Card, Sitting, judged
from abandoned_checkouts.twin.exam.command import Ran, run_command
from abandoned_checkouts.twin.exam.remote import RemoteError, RemoteTwin
from abandoned_checkouts.twin.scenarios.collection import Scenario

SHOP = "twin-exam.myshopify.com"
# The number of rows. More than a page of 250, so that an extractor has to read a second page.
ROWS = 300
_BEFORE, _READY = "exam-before", "exam-ready"
# Not the seed with which a twin starts, because the same ids would be created again.
_SEED = 8_191_919
# Extractors read from this time on. All checkouts of scenarios are newer.
_SINCE = 100 * DAY
SCOPES = ["read_orders", "read_customers", "read_products", "read_locations"]


class ExamError(Exception):
    """The exam cannot run. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Exam:
    """A prepared twin. `environment` has the variables for the command; `token` is the exam's own token."""

    twin: RemoteTwin
    command: str
    environment: Mapping[str, str]
    token: str
    limit: float

    def hold(self, chosen: Iterable[Scenario], progress: Callable[[str], None]) -> list[Card]:
        """One card for each scenario. Raises ExamError, CommandError, OutputError and RemoteError."""
        progress("without an incident")
        self._check_command()
        cards = []
        for scenario in chosen:
            progress(scenario.name)
            cards.append(self._examined(scenario))
        return cards

    def _check_command(self) -> None:
        """Check that the command delivers every row without an incident. Otherwise its cards would be meaningless."""
        with self._fresh() as folder:
            sitting = self._sat(folder, None)
        ran = sitting.ran
        if ran.code is None:
            raise ExamError(f"the command ran longer than {self.limit:g} seconds without an incident; see --time-limit")
        if ran.code != 0:
            raise ExamError(f"the command failed without an incident: exit code {ran.code}. {ran.messages}")
        if not ran.output.rows:
            raise ExamError(
                f"the command wrote no rows; the shop has {len(sitting.truth)}. Write rows as JSON lines to standard "
                f"output or to the file in ABANDONED_CHECKOUTS_OUTPUT. {ran.messages}"
            )
        missing = sitting.truth.keys() - {number for number, _ in ran.output.rows}
        if missing:
            raise ExamError(
                f"the command delivers {len(sitting.truth) - len(missing)} of {len(sitting.truth)} rows when nothing "
                f"happens; {min(missing)} is missing. Read from {self.environment['ABANDONED_CHECKOUTS_SINCE']} on."
            )

    def _examined(self, scenario: Scenario) -> Card:
        sittings, applied = list[Sitting](), 0
        with self._fresh() as folder:
            for number, stage in enumerate(scenario.stages, 1):
                self.twin.ask("POST", f"/scenarios/{scenario.name}", {"stage": number, "shop": SHOP})
                sittings.append(self._sat(folder, scenario))
                shown = self.twin.ask("GET", f"/scenarios/{scenario.name}")["scenario"]
                applied += shown["applied"] if stage.faults else 1
            self.twin.ask("DELETE", f"/scenarios/{scenario.name}")
            sittings.append(self._sat(folder, None))
        return judged(scenario.name, sittings, may_stop=scenario.may_stop, was_reached=applied > 0, limit=self.limit)

    @contextmanager
    def _fresh(self) -> Iterator[Path]:
        """Restore the prepared state, and use a folder without a state of the command."""
        self.twin.ask("POST", f"/snapshots/{_READY}/restore")
        with tempfile.TemporaryDirectory(prefix="exam-") as folder:
            yield Path(folder)

    def _sat(self, folder: Path, scenario: Scenario | None) -> Sitting:
        ran: Ran = run_command(self.command, self.environment, folder, self.limit)
        return Sitting(ran, self.twin.rows(self.token), scenario is not None and self._had_errors_beside_data(scenario))

    def _had_errors_beside_data(self, scenario: Scenario) -> bool:
        found = self.twin.ask("POST", "/requests/find", {"fault": scenario.name, "endpoint": "graphql"})["requests"]
        return any(each["errors"] and '"data":{' in each["response"]["body"] for each in found)


@contextmanager
def prepared(twin: RemoteTwin, command: str, limit: float) -> Iterator[Exam]:
    """Prepare a twin with the shop of the exam. At the end, the twin's earlier state is restored. Raises
    RemoteError."""
    twin.ask("PUT", f"/snapshots/{_BEFORE}")
    try:
        yield _with_shop(twin, command, limit)
    finally:
        twin.ask("POST", f"/snapshots/{_BEFORE}/restore")
        for name in (_BEFORE, _READY):
            _forget(twin, name)


def _with_shop(twin: RemoteTwin, command: str, limit: float) -> Exam:
    twin.ask("POST", "/seed", {"seed": _SEED})
    twin.ask("POST", "/faults", [])
    twin.ask("POST", "/shops", {"domain": SHOP, "currency": "USD"})
    made = [twin.ask("POST", "/tokens", {"shop": SHOP, "scopes": SCOPES})["token"] for _ in range(2)]
    for number in range(ROWS):
        twin.ask("POST", "/checkouts", _checkout(number))
    twin.ask("PUT", f"/snapshots/{_READY}")
    now = parse_moment(twin.ask("GET", "/clock")["currentInstant"])
    environment = {
        "ABANDONED_CHECKOUTS_URL": twin.url,
        "ABANDONED_CHECKOUTS_SHOP": SHOP,
        "ABANDONED_CHECKOUTS_TOKEN": made[0],
        "ABANDONED_CHECKOUTS_SINCE": format_utc(now - _SINCE),
    }
    return Exam(twin, command, environment, made[1], limit)


def _checkout(number: int) -> UntypedJson:
    """Checkouts are two hours apart, oldest first. The newest is two hours old."""
    return {
        "shop": SHOP,
        "token": f"exam-{number}",
        "email": f"buyer-{number}@example.com",
        "ago": f"{(ROWS - number) * 2} hours",
    }


def _forget(twin: RemoteTwin, name: str) -> None:
    try:
        twin.ask("DELETE", f"/snapshots/{name}")
    except RemoteError:
        # The exam ended before it took this snapshot.
        return
