import { moneyOf, valueAt, type Column } from "./columns";
import { isObject, rowsOf, type Row } from "./connections";

/** An amount in the format of the reader's locale, with all digits of the server's decimal text. */
export function moneyText(amount: string, currency: string): string {
  try {
    const style = { style: "currency", currency } as const;
    // Intl formats a string exactly. A number would be rounded first.
    return new Intl.NumberFormat(undefined, style).format(amount as unknown as number);
  } catch {
    return `${amount} ${currency}`;
  }
}

export function timeText(value: string, zone: string): string {
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  try {
    return new Intl.DateTimeFormat(undefined, { ...style, timeZone: zone }).format(new Date(value));
  } catch {
    return value;
  }
}

/** A member of a list as a short text: `2 × Linen shirt`. */
function memberText(member: unknown): string {
  if (!isObject(member)) return String(member ?? "");
  const money = moneyOf(member);
  if (money) return moneyText(money.amount, money.currencyCode);
  if (typeof member.key === "string") return `${member.key}: ${String(member.value ?? "")}`;
  const name = [member.title, member.name, member.displayName, ...Object.values(member)].find(
    (value): value is string => typeof value === "string",
  );
  const { quantity } = member;
  return typeof quantity === "number" ? `${quantity} × ${name ?? "item"}` : (name ?? "");
}

export function membersOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : (rowsOf(value) ?? []);
}

/** A cell as plain text, for reading, copying and grouping. */
export function textOf(row: Row, column: Column, zone: string): string {
  const value = valueAt(row, column.path);
  if (value === null || value === undefined) return "";
  if (column.kind === "money") {
    const money = moneyOf(value);
    return money ? moneyText(money.amount, money.currencyCode) : "";
  }
  if (column.kind === "time") return timeText(String(value), zone);
  if (column.kind === "list") return membersOf(value).map(memberText).join(", ");
  if (column.kind === "picture" && isObject(value)) return String(value.altText ?? value.url ?? "");
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** The value to sort by: a number for amounts and counts, else text. */
export function sortValue(row: Row, column: Column): number | string {
  const value = valueAt(row, column.path);
  if (value === null || value === undefined) return "";
  if (column.kind === "money") return Number(moneyOf(value)?.amount ?? Number.NaN);
  if (column.kind === "number") return Number(value);
  if (column.kind === "list") return membersOf(value).length;
  return String(value).toLowerCase();
}

export function sorted(rows: Row[], column: Column, descending: boolean): Row[] {
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  const keyed = rows.map((row) => [sortValue(row, column), row] as const);
  keyed.sort(([a], [b]) => {
    if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1; // empty cells last, either way
    const order = typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b));
    return descending ? -order : order;
  });
  return keyed.map(([, row]) => row);
}
