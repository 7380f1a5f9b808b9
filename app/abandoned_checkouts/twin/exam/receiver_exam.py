"""The exam of a receiver: starts a user's app, sends it webhooks in each scenario, and compares the rows that it stores
with those that were reported."""

import secrets
import socket
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from abandoned_checkouts.checkouts.moment import DAY, format_utc, parse_moment
from abandoned_checkouts.shopify.language.versions import supported_versions
from abandoned_checkouts.twin.exam.card import Card
from abandoned_checkouts.twin.exam.command import App, Ran, run_command, started_app
from abandoned_checkouts.twin.exam.examination import ExamError
from abandoned_checkouts.twin.exam.received import Sent, judged_receiver, read_log, sent_webhooks
from abandoned_checkouts.twin.exam.remote import RemoteError, RemoteTwin
from abandoned_checkouts.twin.scenarios.collection import Scenario

SHOP = "twin-receiver.myshopify.com"
PATH = "/webhooks"
PORT, SECRET = "ABANDONED_CHECKOUTS_PORT", "ABANDONED_CHECKOUTS_WEBHOOK_SECRET"
TOPICS = ("CHECKOUTS_CREATE", "CHECKOUTS_UPDATE", "CHECKOUTS_DELETE")
_SUBSCRIBE = (
    "mutation($topic:WebhookSubscriptionTopic!,$uri:String!){webhookSubscriptionCreate(topic:$topic,"
    "webhookSubscription:{uri:$uri}){userErrors{message}}}"
)
# The checkouts that are reported, one each minute: the first time, then changes. Each scenario of a webhook affects one
# of these reports.
_REPORTED = ("a", "b", "c", "d", "b", "b", "c", "d")
_DELETED = "d"
_BEFORE, _READY = "receiver-before", "receiver-ready"
_SEED = 9_117_411
# Seconds between two looks whether the app accepts connections.
_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class ReceiverExam:
    """A prepared twin. `command` starts the app, which runs until it is ended; `job` is its job that reads the list."""

    twin: RemoteTwin
    command: str
    job: str | None
    environment: dict[str, str]
    port: int
    limit: float

    def hold(self, chosen: Iterable[Scenario], progress: Callable[[str], None]) -> list[Card]:
        """One card for each scenario. Raises ExamError, CommandError, OutputError and RemoteError."""
        progress("without an incident")
        card = self._examined(None)
        if card.verdict != "passed":
            raise ExamError(f"the app fails without an incident: {'; '.join(card.reasons)}. {card.messages}".strip())
        cards = []
        for scenario in chosen:
            progress(scenario.name)
            cards.append(self._examined(scenario))
        return cards

    def _examined(self, scenario: Scenario | None) -> Card:
        self.twin.ask("POST", f"/snapshots/{_READY}/restore")
        name = "" if scenario is None else scenario.name
        with tempfile.TemporaryDirectory(prefix="exam-") as folder:
            with started_app(self.command, self.environment, Path(folder)) as app:
                self._wait_for(app)
                if scenario is not None:
                    self.twin.ask("POST", f"/scenarios/{name}", {"shop": SHOP})
                self._report()
                applied = 1
                if scenario is not None:
                    applied = self.twin.ask("DELETE", f"/scenarios/{name}")["scenario"]["applied"]
                # The retries of webhooks that the app refused.
                self._travel("1 day")
                sent = self._sent(name)
                # Without lost webhooks, the app must be right without its job.
                job = self._run_job(Path(folder)) if sent.lost else None
                ended = app.code()
            log = read_log(app.rows())
        rows = [] if job is None else job.output.rows
        return judged_receiver(name, log, rows, sent, was_reached=applied > 0, ended=ended, job=job, app=app)

    def _wait_for(self, app: App) -> None:
        until = time.monotonic() + self.limit
        while True:
            with socket.socket() as connection:
                connection.settimeout(1)
                if connection.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if app.code() is not None:
                raise ExamError(f"the app ended at its start: exit code {app.code()}. {app.messages()}")
            if time.monotonic() > until:
                raise ExamError(
                    f"the app does not accept connections on 127.0.0.1:{self.port} after {self.limit:g} seconds; it "
                    f"must listen on the port in {PORT}. {app.messages()}"
                )
            time.sleep(_EVERY)

    def _report(self) -> None:
        """Report checkouts and changes, delete one, and let the webhooks arrive, also the late ones."""
        for number, name in enumerate(_REPORTED, 1):
            line = {"title": "Mug", "quantity": number, "price": "24.00"}
            body = {"token": f"receiver-{name}", "email": f"{name}@example.com", "line_items": [line]}
            self.twin.ask("POST", "/checkouts", {"shop": SHOP, "state": "open", **body})
            self._travel("1 minute")
        self.twin.ask("POST", f"/checkouts/receiver-{_DELETED}/delete", {"shop": SHOP})
        self._travel("3 hours")

    def _travel(self, duration: str) -> None:
        self.twin.ask("PUT", "/clock", {"action": "advance", "duration": duration})

    def _run_job(self, folder: Path) -> Ran | None:
        if self.job is None:
            return None
        own = folder / "job"
        own.mkdir()
        return run_command(self.job, self.environment, own, self.limit)

    def _sent(self, scenario: str) -> Sent:
        entries = self.twin.ask("POST", "/deliveries/find", {"shop": SHOP})["deliveries"]
        return sent_webhooks(entries, lost_by=scenario)


@contextmanager
def prepared_receiver(twin: RemoteTwin, command: str, job: str | None, limit: float) -> Iterator[ReceiverExam]:
    """Prepare a twin with a shop that sends webhooks to the app. At the end, the twin's earlier state is restored.
    Raises RemoteError."""
    twin.ask("PUT", f"/snapshots/{_BEFORE}")
    try:
        yield _with_subscriptions(twin, command, job, limit)
    finally:
        twin.ask("POST", f"/snapshots/{_BEFORE}/restore")
        for name in (_BEFORE, _READY):
            try:
                twin.ask("DELETE", f"/snapshots/{name}")
            except RemoteError:
                # The exam ended before it took this snapshot.
                continue


def _with_subscriptions(twin: RemoteTwin, command: str, job: str | None, limit: float) -> ReceiverExam:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    secret, version = secrets.token_hex(16), supported_versions(datetime.now(UTC)).latest.handle
    twin.ask("POST", "/seed", {"seed": _SEED})
    twin.ask("POST", "/faults", [])
    twin.ask("PUT", "/clock", {"action": "freeze"})
    twin.ask("POST", "/shops", {"domain": SHOP, "currency": "USD"})
    app = twin.ask("POST", "/apps", {"shop": SHOP, "title": "Receiver", "clientSecret": secret})["app"]
    token = twin.ask("POST", "/tokens", {"shop": SHOP, "app": app["clientId"]})["token"]
    for topic in TOPICS:
        twin.mutate(token, _SUBSCRIBE, {"topic": topic, "uri": f"http://127.0.0.1:{port}{PATH}"}, version)
    twin.ask("PUT", f"/snapshots/{_READY}")
    now = parse_moment(twin.ask("GET", "/clock")["currentInstant"])
    environment = {
        "ABANDONED_CHECKOUTS_URL": twin.url,
        "ABANDONED_CHECKOUTS_SHOP": SHOP,
        "ABANDONED_CHECKOUTS_TOKEN": token,
        "ABANDONED_CHECKOUTS_SINCE": format_utc(now - DAY),
        PORT: str(port),
        SECRET: secret,
    }
    return ReceiverExam(twin, command, job, environment, port, limit)
