/** What /explorer/session.json tells the page at its start. */
export interface Example {
  name: string;
  title: string;
  description: string;
  template: string;
  show: Show;
}

/** How the page lists an answer: the connection's path, a column to count by, which rows to keep. */
export interface Show {
  table?: string;
  group?: string;
  /** A money column and the smallest amount to keep. */
  least?: string;
  /** What a row to keep has, and the columns of which it fills at least one. */
  needs?: string;
}

export interface Session {
  versions: { handle: string; supported: boolean }[];
  defaultVersion: string;
  demoShops: { domain: string; name: string; token: string }[];
  examples: Example[];
  searchedFields: string[];
}

export async function loadSession(): Promise<Session> {
  const answer = await fetch("/explorer/session.json");
  if (!answer.ok) throw new Error(`The server answered ${answer.status} to the page's first question.`);
  return (await answer.json()) as Session;
}

/** The calendar day of `now` where the shop is, as 2026-11-21. */
export function dayIn(zone: string, now: Date): string {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone: zone, ...parts }).format(now);
  } catch {
    return now.toISOString().slice(0, 10);
  }
}

/** Fills `{today}`, `{today-7}` and `{month}` of an example: search texts know no relative day. */
export function documentOf(example: Example, zone: string, now = new Date()): string {
  const today = dayIn(zone, now);
  return example.template.replace(/\{(today|month)(?:-(\d+))?\}/g, (_, start: string, days = "0") => {
    const day = new Date(`${start === "month" ? `${today.slice(0, 8)}01` : today}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() - Number(days));
    return day.toISOString().slice(0, 10);
  });
}
