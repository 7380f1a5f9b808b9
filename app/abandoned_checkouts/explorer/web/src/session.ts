/** An example query of /explorer/session.json. */
export interface Example {
  name: string;
  title: string;
  description: string;
  template: string;
  show: Show;
}

/** How the page lists a response: the path of the connection, the column to group by, and filters. */
export interface Show {
  table?: string;
  group?: string;
  /** A money column and its smallest amount. */
  least?: string;
  /** A label, and columns of which a row must have at least one value. */
  needs?: string;
}

export interface OfferedShop {
  domain: string;
  name: string;
  token: string;
}

export interface Session {
  versions: { handle: string; supported: boolean }[];
  defaultVersion: string;
  demoShops: OfferedShop[];
  /** The shop that the visitor is signed in to on the merchant pages. Its token ends with that session. */
  signedIn: OfferedShop[];
  examples: Example[];
  searchedFields: string[];
}

export async function loadSession(): Promise<Session> {
  const response = await fetch("/explorer/session.json");
  if (!response.ok) throw new Error(`The server returned status ${response.status} for /explorer/session.json.`);
  return (await response.json()) as Session;
}

/** The day of `now` in a time zone, for example 2026-11-21. */
export function dayIn(zone: string, now: Date): string {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone: zone, ...parts }).format(now);
  } catch {
    return now.toISOString().slice(0, 10);
  }
}

/** The document of an example with its dates filled in: `{today}`, `{today-7}`, `{month}`. */
export function documentOf(example: Example, zone: string, now = new Date()): string {
  const today = dayIn(zone, now);
  return example.template.replace(/\{(today|month)(?:-(\d+))?\}/g, (_, start: string, days = "0") => {
    const day = new Date(`${start === "month" ? `${today.slice(0, 8)}01` : today}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() - Number(days));
    return day.toISOString().slice(0, 10);
  });
}
