// The journal of the twin, live: it waits for the next entry and shows it above the others.

const COLUMNS = {
  requests: ["instant", "endpoint", "operation", "status", "actualCost", "durationMillis", "errors", "warnings", "notes"],
  deliveries: ["instant", "topic", "address", "status", "outcome", "problem"],
  mails: ["instant", "to", "subject", "locale"],
};
const HEADINGS = {
  instant: "Time", endpoint: "Endpoint", operation: "Operation", status: "Status", actualCost: "Cost",
  durationMillis: "Milliseconds", errors: "Errors", warnings: "Warnings", notes: "Notes", topic: "Topic", address: "Receiver",
  outcome: "Outcome", problem: "Problem", to: "To", subject: "Subject", locale: "Language",
};
// The field that the third filter is for, by kind.
const NAMED = { requests: "operation", deliveries: "topic", mails: "subject" };
const WAIT = 20000;
const CLOCK_EVERY = 1000;
const MOST = 500;

const byId = (id) => document.getElementById(id);
const form = byId("filters");
let round = 0;
let last = 0;
let shown = null;

const kind = () => form.elements.kind.value;

function filters() {
  const given = new URLSearchParams();
  for (const [field, name] of [["contains", "contains"], ["status", "status"], ["name", NAMED[kind()]]]) {
    const value = form.elements[field].value.trim();
    if (value && !(field === "status" && kind() === "mails")) given.set(name, value);
  }
  return given;
}

function text(value) {
  if (Array.isArray(value)) return value.map(text).join(" · ");
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function row(entry) {
  const line = document.createElement("tr");
  const isWrong = entry.outcome === "failed" || entry.status >= 400 || (entry.errors ?? []).length > 0;
  line.className = isWrong ? "wrong" : "";
  for (const [place, name] of COLUMNS[kind()].entries()) {
    const cell = line.insertCell();
    if (place === 0) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = entry.instant.replace("T", " ").slice(0, 23);
      button.addEventListener("click", () => show(entry));
      cell.append(button);
    } else {
      cell.textContent = text(entry[name]).slice(0, 160);
    }
  }
  return line;
}

async function show(entry) {
  shown = entry.id;
  const response = await fetch(`/__twin/${kind()}/${entry.id}`);
  byId("title").textContent = `${kind()} ${entry.id}`;
  byId("content").textContent = JSON.stringify(await response.json(), null, 2);
  byId("copy-curl").hidden = byId("copy-test").hidden = kind() !== "requests";
  byId("copied").textContent = "";
  byId("details").hidden = false;
  byId("title").scrollIntoView();
}

async function copy(name) {
  const response = await fetch(`/__twin/requests/${shown}/${name}`);
  await navigator.clipboard.writeText(await response.text());
  byId("copied").textContent = "Copied.";
}

function begin() {
  round += 1;
  last = 0;
  byId("rows").replaceChildren();
  byId("details").hidden = true;
  byId("name-label").textContent = HEADINGS[NAMED[kind()]];
  byId("columns").replaceChildren(...COLUMNS[kind()].map((name) => {
    const heading = document.createElement("th");
    heading.scope = "col";
    heading.textContent = HEADINGS[name];
    return heading;
  }));
  follow(round);
}

async function follow(mine) {
  let isFirst = true;
  while (mine === round) {
    const given = filters();
    given.set("after", last);
    given.set("limit", MOST);
    given.set("waitMillis", isFirst ? 0 : WAIT);
    try {
      const response = await fetch(`/__twin/${kind()}?${given}`);
      const found = (await response.json())[kind()];
      if (mine !== round) return;
      for (const entry of found) {
        byId("rows").prepend(row(entry));
        last = entry.id;
      }
      isFirst = false;
      while (byId("rows").rows.length > MOST) byId("rows").lastElementChild.remove();
      const count = byId("rows").rows.length;
      byId("state").textContent = count ? `${count} shown, newest first` : "Nothing yet. New entries appear by themselves.";
    } catch {
      if (mine !== round) return;
      byId("state").textContent = "The server does not respond. Trying again…";
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

const STATUS = { freeze: "frozen", running: "running", advancing: "advancing" };

// The clock also moves without a new entry.
async function showClock() {
  try {
    const clock = await (await fetch("/__twin/clock")).json();
    const time = clock.currentInstant.slice(0, 19).replace("T", " ");
    byId("clock").textContent = `${time} UTC (${STATUS[clock.status]})`;
  } catch {
    byId("clock").textContent = "unknown";
  }
  setTimeout(showClock, CLOCK_EVERY);
}

showClock();
form.addEventListener("input", begin);
form.addEventListener("submit", (event) => event.preventDefault());
byId("clear").addEventListener("click", async () => {
  await fetch(`/__twin/${kind()}`, { method: "DELETE" });
  begin();
});
byId("close").addEventListener("click", () => { byId("details").hidden = true; });
byId("copy-curl").addEventListener("click", () => copy("curl"));
byId("copy-test").addEventListener("click", () => copy("test"));
begin();
