import { moneyOf, valueAt, type Column } from "./columns";
import type { Row } from "./connections";
import { textOf } from "./values";

const ROWS: Column = { key: "rows", path: ["rows"], heading: "Rows", kind: "number" };

/** Adds two decimal numbers exactly, with BigInt. Floats would lose cents. */
export function plus(a: string, b: string): string {
  const scale = Math.max(...[a, b].map((text) => text.split(".")[1]?.length ?? 0), 1);
  const whole = (text: string) => {
    const [units = "0", rest = ""] = text.split(".");
    return BigInt(units + rest.padEnd(scale, "0"));
  };
  const sum = whole(a) + whole(b);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, "0");
  return `${sum < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/**
 * Groups rows by the text of a column, largest group first. Numbers and money are summed, the first picture is kept.
 * Amounts of different currencies are never added: each currency is a separate group.
 */
export function grouped(rows: Row[], columns: Column[], by: Column, zone: string): [Row[], Column[]] {
  const numbers = columns.filter(({ kind }) => kind === "number");
  const pictures = columns.filter(({ kind }) => kind === "picture");
  const money = columns.filter(({ kind }) => kind === "money");
  const groups = new Map<string, Row>();
  for (const row of rows) {
    const amounts = money.map((column) => moneyOf(valueAt(row, column.path)));
    const currencies = amounts.map((amount) => amount?.currencyCode ?? "").join();
    const name = textOf(row, by, zone);
    const group = groups.get(`${name}\0${currencies}`) ?? { name, rows: 0 };
    group.rows = Number(group.rows) + 1;
    for (const { key, path } of numbers) group[key] = Number(group[key] ?? 0) + Number(valueAt(row, path) ?? 0);
    for (const { key, path } of pictures) group[key] ??= valueAt(row, path);
    money.forEach(({ key }, at) => {
      const amount = amounts[at];
      const soFar = group[key] as { amount: string } | undefined;
      if (amount) group[key] = { ...amount, amount: soFar ? plus(soFar.amount, amount.amount) : amount.amount };
    });
    groups.set(`${name}\0${currencies}`, group);
  }
  const flat = (kept: Column[]) => kept.map((column) => ({ ...column, path: [column.key] }));
  const name: Column = { ...by, key: "name", path: ["name"], kind: "text" };
  const found = [...groups.values()].sort((a, b) => Number(b.rows) - Number(a.rows));
  return [found, [...flat(pictures), name, ROWS, ...flat([...numbers, ...money])]];
}
