import { moneyOf, valueAt, type Column } from "./columns";
import { isObject, type Row } from "./connections";
import { textOf } from "./values";

/** The beginnings of a formula in spreadsheets, also as the wide characters that East Asian editions accept. */
const FORMULA = /^[\s\0]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** Numbers and phone numbers that a spreadsheet does not calculate: `+49 30 1234` and `-5.25`, but not `+1-555-0100`. */
const PLAIN = /^(\+[\d\s()]+|-\d+(\.\d+)?)$/;

/** Puts an apostrophe in front of a text that a spreadsheet would run as a formula (OWASP: CSV injection). */
function harmless(text: string): string {
  return FORMULA.test(text) && !PLAIN.test(text) ? `'${text}` : text;
}

function cells(row: Row, column: Column, zone: string): string[] {
  const value = valueAt(row, column.path);
  if (column.kind === "money") {
    const money = moneyOf(value);
    return [money?.amount ?? "", money?.currencyCode ?? ""];
  }
  if (column.kind === "time" || column.kind === "link") return [String(value ?? "")];
  if (column.kind === "picture") return [harmless(isObject(value) ? String(value.url ?? "") : "")];
  return [harmless(textOf(row, column, zone))];
}

function headings(column: Column): string[] {
  return column.kind === "money" ? [column.heading, `${column.heading} currency`] : [column.heading];
}

function table(rows: Row[], columns: Column[], zone: string): string[][] {
  return [columns.flatMap(headings), ...rows.map((row) => columns.flatMap((column) => cells(row, column, zone)))];
}

/** CSV as in RFC 4180. Amounts and currencies are separate columns, times are in ISO 8601. */
export function csv(rows: Row[], columns: Column[], zone: string): string {
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return table(rows, columns, zone).map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

/** The same separated by tabs, for pasting into a spreadsheet. */
export function tabbed(rows: Row[], columns: Column[], zone: string): string {
  return table(rows, columns, zone).map((line) => line.map((text) => text.replace(/\s/g, " ")).join("\t")).join("\n");
}

export function download(name: string, text: string): void {
  // Excel reads a file as UTF-8 only if it starts with a byte order mark.
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
