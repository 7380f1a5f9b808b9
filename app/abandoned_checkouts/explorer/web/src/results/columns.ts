import { isObject, rowsOf, type Row } from "./connections";
import { heading } from "./words";

export type Kind = "money" | "time" | "number" | "link" | "picture" | "list" | "email" | "phone" | "text";

export interface Column {
  key: string;
  path: string[];
  heading: string;
  kind: Kind;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

export const isMoney = (value: unknown): value is { amount: string; currencyCode: string } =>
  isObject(value) && typeof value.amount === "string" && typeof value.currencyCode === "string";

/** The amount of a cell: in the shop's currency, or in the buyer's if the query selects only that. */
export function moneyOf(value: unknown): { amount: string; currencyCode: string } | null {
  if (isMoney(value)) return value;
  if (!isObject(value)) return null;
  const found = value.shopMoney ?? value.presentmentMoney;
  return isMoney(found) ? found : null;
}

/** The kind of a value, from its form: the page has no schema while GraphiQL is loading. */
function kindOf(value: unknown, name: string): Kind | "object" | null {
  if (value === null || value === undefined) return null;
  if (moneyOf(value)) return "money";
  if (Array.isArray(value) || rowsOf(value)) return "list";
  if (isObject(value)) return typeof value.url === "string" && !("id" in value) ? "picture" : "object";
  if (typeof value === "number") return "number";
  if (typeof value !== "string") return "text";
  if (TIME.test(value)) return "time";
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return "link";
  if (/phone/i.test(name) && /^\+?[\d\s()./-]{5,}$/.test(value)) return "phone";
  if (/e-?mail/i.test(name) && /^\S+@\S+$/.test(value)) return "email";
  if (/^-?\d+(\.\d+)?$/.test(value) && !/zip|code|id$/i.test(name)) return "number";
  return "text";
}

export function valueAt(row: Row, path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), row);
}

/** Compares ranks step by step, so that children are ordered with their parents. */
function byRanks(a: number[], b: number[]): number {
  const at = a.findIndex((rank, step) => rank !== b[step]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}

/**
 * The columns of a listing in the order of the selection. Objects become columns of their fields, except money and
 * pictures. Each row has the order of the selection, so a key has the same rank in all rows, even if its object is
 * null in some of them.
 */
export function columnsOf(rows: Row[]): Column[] {
  const paths = new Map<string, { path: string[]; ranks: number[]; kinds: Set<Kind> }>();

  function visit(value: Row, path: string[], above: number[]): void {
    for (const [rank, [key, child]] of Object.entries(value).entries()) {
      if (key === "__typename" || key === "pageInfo") continue;
      const here = [...path, key];
      const ranks = [...above, rank];
      const kind = kindOf(child, here.join("."));
      if (kind === "object") {
        visit(child as Row, here, ranks);
        continue;
      }
      const name = here.join(".");
      const known = paths.get(name) ?? { path: here, ranks, kinds: new Set<Kind>() };
      if (kind) known.kinds.add(kind);
      paths.set(name, known);
    }
  }

  for (const row of rows) visit(row, [], []);
  const all = [...paths.entries()].sort(([, a], [, b]) => byRanks(a.ranks, b.ranks));
  // `shippingAddress: null` in one row adds no column if other rows have columns for city and country.
  const leaves = all.filter(([name]) => !all.some(([other]) => other.startsWith(`${name}.`)));
  return leaves.map(([key, { path, kinds }]) => {
    const [only] = kinds;
    return { key, path, heading: heading(path), kind: kinds.size === 1 && only ? only : "text" };
  });
}
