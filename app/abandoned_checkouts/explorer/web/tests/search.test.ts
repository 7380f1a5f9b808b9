import { parse } from "graphql";
import { afterEach, expect, test, vi } from "vitest";
import { execute, problemsOf } from "../src/admin";
import { searchArguments } from "../src/editor/searchArguments";
import { ORDERS, searchDocument } from "../src/search/document";
import { replaceSpan } from "../src/search/help";
import { showSearchOf, useSearchText } from "../src/search/text";
import { dayIn, documentOf } from "../src/session";
import { addressOf, sharedInAddress } from "../src/share";

const FIELDS = ["abandonedCheckouts", "abandonedCheckoutsCount"];

test("search arguments are found, aliased, nested in calls and in half-written documents", () => {
  const document = `{ a: abandonedCheckouts(first: 1, query: "x:1") { id } orders(query: "no") { id }
    abandonedCheckoutsCount(query: "status:open"`;
  const found = searchArguments(document, FIELDS);
  expect(found.map(({ field, text }) => [field, text])).toEqual([
    ["abandonedCheckouts", "x:1"],
    ["abandonedCheckoutsCount", "status:open"],
  ]);
  for (const { text, start, end } of found) expect(document.slice(start, end)).toBe(text);
});

test("places behind escapes are mapped both ways", () => {
  const document = String.raw`{ abandonedCheckouts(query: "a:\"b c\" \u0064:1") { id } }`;
  const [found] = searchArguments(document, FIELDS);
  expect(found!.text).toBe('a:"b c" d:1');
  for (let offset = 0; offset <= found!.text.length; offset++) {
    expect(found!.inText(found!.inDocument(offset))).toBe(offset);
  }
  expect(document.slice(found!.inDocument(8), found!.inDocument(9))).toBe(String.raw`\u0064`);
});

test("an escaped character counts its UTF-16 units", () => {
  const [found] = searchArguments(String.raw`{ abandonedCheckouts(query: "\u{1F642} \u{e9} a") { id } }`, FIELDS);
  expect(found!.text).toBe("🙂 é a");
  expect(["🙂", "é", "a"].map((one) => found!.inDocument(found!.text.indexOf(one)) - found!.start)).toEqual([0, 10, 17]);
});

test("the search box shows the search text and the order of an example", () => {
  for (const [at, order] of ORDERS.entries()) {
    showSearchOf(searchDocument(`name:"a 'b'" \\ 🙂`, order));
    expect(useSearchText.getState()).toEqual({ query: `name:"a 'b'" \\ 🙂`, order: at });
  }
  showSearchOf("{ shop { name } }");
  expect(useSearchText.getState()).toEqual({ query: "", order: 0 });
});

test.each(['say "hi"', "back\\slash", "line\nbreak", "🙂 é", ""])("the document for %j is GraphQL", (query) => {
  const document = searchDocument(query, ORDERS[2]);
  expect(() => parse(document)).not.toThrow();
  expect(searchArguments(document, FIELDS).map(({ text }) => text)).toEqual(query ? [query] : []);
});

test("a suggestion replaces its span and moves the caret after it", () => {
  expect(replaceSpan("a stat b", { start: 2, end: 6 }, "status:")).toEqual(["a status: b", 9]);
});

test("the shop's day counts, not the reader's", () => {
  const now = new Date("2026-11-21T02:00:00Z");
  expect(dayIn("America/New_York", now)).toBe("2026-11-20");
  expect(dayIn("Asia/Tokyo", now)).toBe("2026-11-21");
  const example = { name: "", title: "", description: "", show: {}, template: "{today} {today-1} {month} {month-1}" };
  expect(documentOf(example, "Europe/Berlin", now)).toBe("2026-11-21 2026-11-20 2026-11-01 2026-10-31");
});

test("a URL contains the shared query and nothing else", () => {
  const shared = { document: '{ shop { name } } # "&#=?"', variables: '{"a": 1}', version: "2026-10" };
  const address = addressOf(shared, "http://127.0.0.1:8000/?x=1#old");
  expect(sharedInAddress(address)).toEqual(shared);
  expect(sharedInAddress("http://127.0.0.1:8000/")).toBeNull();
});

test.each([
  [401, "[API] Invalid API key", "[API] Invalid API key. Sign in again with a token of this shop.", "HTTP 401"],
  [400, { query: "missing" }, '{"query":"missing"}', "HTTP 400"],
  [502, undefined, "The server reported no reason.", "HTTP 502"],
])("HTTP %i becomes a message", (status, errors, message, code) => {
  expect(problemsOf(status, errors)).toEqual([{ message, code }]);
});

afterEach(() => void vi.unstubAllGlobals());

const REQUEST = { token: "shpat_1", version: "2026-10", document: "{ shop { name } }" };

test("the user's headers are sent and do not replace the token", async () => {
  const fetched = vi.fn(async () => new Response('{"data": {}}', { headers: { "x-request-id": "7" } }));
  vi.stubGlobal("fetch", fetched);
  const headers = { "x-shopify-access-token": "other", "X-Own": "1" };
  expect(await execute({ ...REQUEST, headers })).toMatchObject({ status: 200, problems: [], requestId: "7" });
  const [address, request] = fetched.mock.calls[0] as never as [string, { headers: Headers }];
  expect(address).toBe("/admin/api/2026-10/graphql.json");
  expect(Object.fromEntries(request.headers)).toMatchObject({ "x-shopify-access-token": "shpat_1", "x-own": "1" });
});

test.each([
  [{ "No Name": "1" }, "The request was not sent: the header No Name has an invalid name or value."],
  [{}, "Cannot reach the server (Failed to fetch)."],
])("a request that does not reach the server becomes a problem: %j", async (headers, message) => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await execute({ ...REQUEST, headers })).toMatchObject({ status: 0, problems: [{ message }] });
});

test("errors of GraphQL keep their place", () => {
  const errors = [{ message: "No", locations: [{ line: 3, column: 5 }], path: ["query", "shop", 0], extensions: { code: "x" } }];
  expect(problemsOf(200, errors)).toEqual([{ message: "No", code: "x", line: 3, column: 5, path: "query › shop › 0" }]);
  expect(problemsOf(200, undefined)).toEqual([]);
});
