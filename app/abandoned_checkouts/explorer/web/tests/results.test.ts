import { expect, test } from "vitest";
import { columnsOf } from "../src/results/columns";
import { figures, listings } from "../src/results/connections";
import { csv } from "../src/results/csv";
import { grouped, plus } from "../src/results/grouping";
import { nextRequest, withPageInfo } from "../src/results/nextPage";
import { sorted } from "../src/results/values";

const money = (amount: string, currencyCode = "USD") => ({ shopMoney: { amount, currencyCode } });
const ROWS = [
  { name: "#2", totalPriceSet: money("9.5"), customer: { displayName: "Ann", email: "ann@example.com" }, note: "=1+1" },
  { name: "#10", totalPriceSet: money("100.0"), customer: null, note: 'He said "no", twice' },
  { name: "#1", totalPriceSet: money("20.25"), customer: { displayName: "Ann", email: "ann@example.com" }, note: "" },
];

test("columns follow the selection and have headings", () => {
  const found = columnsOf(ROWS).map(({ heading, kind }) => [heading, kind]);
  expect(found).toEqual([
    ["Name", "text"],
    ["Total", "money"],
    ["Customer", "text"],
    ["Customer e-mail", "email"],
    ["Note", "text"],
  ]);
});

test("an object that is null in the first row keeps its place", () => {
  const rows = [
    { a: null, customer: { name: "Ann", defaultPhoneNumber: null }, b: 1 },
    { a: { x: 1, y: { z: 2 } }, customer: null, b: 2 },
  ];
  expect(columnsOf(rows).map(({ key }) => key)).toEqual(["a.x", "a.y.z", "customer.name", "customer.defaultPhoneNumber", "b"]);
  expect(columnsOf(rows)[3]!.heading).toBe("Customer phone");
});

test("listings are found in nodes, edges and lists; nested rows are collected", () => {
  const lines = (...titles: string[]) => ({ edges: titles.map((title) => ({ node: { title } })) });
  const data = {
    shops: { nodes: [{ lines: lines("a", "b") }, { lines: lines("c") }], pageInfo: { endCursor: "x" } },
    taxes: [{ rate: 1 }],
    tags: ["x"],
  };
  const found = listings(data).map(({ path, rows, pages }) => [path, rows.length, pages]);
  expect(found).toEqual([
    ["shops", 2, true],
    ["shops.lines", 3, false],
    ["taxes", 1, false],
  ]);
  expect(figures({ n: { count: 10000, precision: "AT_LEAST" } })).toEqual([["n", "at least 10,000"]]);
});

test("money is sorted by amount, and empty cells come last in both directions", () => {
  const [, total, customer] = columnsOf(ROWS);
  expect(sorted(ROWS, total!, true).map((row) => row.name)).toEqual(["#10", "#1", "#2"]);
  expect(sorted(ROWS, customer!, true).at(-1)!.name).toBe("#10");
  expect(sorted(ROWS, customer!, false).at(-1)!.name).toBe("#10");
});

test.each([
  ["0.1", "0.2", "0.3"],
  ["9007199254740993.01", "0.09", "9007199254740993.10"],
  ["-1.5", "1.25", "-0.25"],
  ["5", "5", "10.0"],
])("%s + %s = %s, without floats", (a, b, sum) => expect(plus(a, b)).toBe(sum));

test("groups add up and never mix currencies", () => {
  const rows = [
    { title: "Mug", quantity: 2, price: { amount: "1.10", currencyCode: "USD" } },
    { title: "Mug", quantity: 1, price: { amount: "2.20", currencyCode: "USD" } },
    { title: "Mug", quantity: 1, price: { amount: "9.0", currencyCode: "EUR" } },
  ];
  const columns = columnsOf(rows);
  const [found] = grouped(rows, columns, columns[0]!, "UTC");
  expect(found).toEqual([
    { name: "Mug", rows: 2, quantity: 3, price: { amount: "3.30", currencyCode: "USD" } },
    { name: "Mug", rows: 1, quantity: 1, price: { amount: "9.0", currencyCode: "EUR" } },
  ]);
});

test("CSV quotes, keeps exact amounts and disarms formulas", () => {
  const [heading, first, second] = csv(ROWS, columnsOf(ROWS), "UTC").split("\r\n");
  expect(heading).toBe("Name,Total,Total currency,Customer,Customer e-mail,Note");
  expect(first).toBe("#2,9.5,USD,Ann,ann@example.com,'=1+1");
  expect(second).toBe('#10,100.0,USD,,,"He said ""no"", twice"');
});

test.each([
  ["=1+1", "'=1+1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  [" =1+1", "' =1+1"],
  ["＝1+1", "'＝1+1"],
  ["+1-555-0100", "'+1-555-0100"],
  ["-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"],
  ["+49 (30) 1234", "+49 (30) 1234"],
  ["-5.25", "-5.25"],
  ["a=b", "a=b"],
  ["田中 🙂", "田中 🙂"],
])("the cell %j is written as %j", (text, written) => {
  const rows = [{ note: text }];
  expect(csv(rows, columnsOf(rows), "UTC")).toBe(`Note\r\n${written}\r\n`);
});

test("an invalid URL is a text", () => {
  const kinds = ["https://a.example/x", "https://", "http://[", "javascript:alert(1)"].map(
    (url) => columnsOf([{ url }])[0]!.kind,
  );
  expect(kinds).toEqual(["link", "text", "text", "text"]);
});

const request = (document: string, variables = {}) => ({ token: "t", version: "v", document, variables });

test("the next page keeps the window and moves it", () => {
  const original = request('{ all: checkouts(first: 2, query: "a:\\"b\\"") { nodes { lines(first: 1) { nodes { id } } } } }');
  const next = nextRequest(original, "all", "CUR==");
  expect(next.document.replace(/\s+/g, " ")).toContain('all: checkouts(first: 2, query: "a:\\"b\\"", after: "CUR==")');
  expect(next.document).toContain("lines(first: 1)");
});

test("the page after `last` is requested with `first`", () => {
  const next = nextRequest(request('{ checkouts(last: 2, before: "B") { nodes { id } } }'), "checkouts", "C");
  expect(next.document).toContain('checkouts(first: 2, after: "C")');
});

test("a cursor in a variable stays in the variable", () => {
  const original = request("query Q($after: String) { checkouts(first: 2, after: $after) { nodes { id } } }", { x: 1 });
  const next = nextRequest(original, "checkouts", "CUR==");
  expect(next.variables).toEqual({ x: 1, after: "CUR==" });
  expect(next.document).toContain("after: $after");
});

test("pageInfo is added where it is missing and completed where it is short", () => {
  for (const rest of ["", " pageInfo { startCursor }"]) {
    const document = withPageInfo(`{ shop { items(first: 1) { nodes { id }${rest} } } }`, "shop.items");
    expect(document.replace(/\s+/g, " ")).toContain("nodes { id } pageInfo { hasNextPage endCursor }");
  }
});
