/** Finds the connections and lists of objects in a response, which can be shown as tables. */
export type Row = Record<string, unknown>;

export interface PageInfo {
  hasNextPage?: boolean;
  endCursor?: string | null;
}

export interface Listing {
  /** Response keys from the root, joined by dots: `abandonedCheckouts`, `abandonedCheckouts.lineItems`. */
  path: string;
  rows: Row[];
  /** Only a connection that is not nested in a row of another one can load a next page. */
  pageInfo: PageInfo | null;
  pages: boolean;
}

export const isObject = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The rows of a connection, or null: `nodes`, or the `node` of each of its `edges`. */
export function rowsOf(value: unknown): Row[] | null {
  if (!isObject(value)) return null;
  if (Array.isArray(value.nodes)) return value.nodes.filter(isObject);
  if (Array.isArray(value.edges)) {
    return value.edges.filter(isObject).map((edge) => (isObject(edge.node) ? edge.node : edge));
  }
  return null;
}

function isListOfObjects(value: unknown): value is Row[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

/** Every listing of a response, outermost first. A nested listing has the rows of all its parents. */
export function listings(data: unknown): Listing[] {
  const found = new Map<string, Listing>();

  function add(path: string, rows: Row[], pageInfo: unknown, pages: boolean): void {
    const listing = found.get(path);
    if (listing) listing.rows.push(...rows);
    else found.set(path, { path, rows: [...rows], pageInfo: isObject(pageInfo) ? pageInfo : null, pages });
  }

  function visit(value: unknown, path: string, insideRow: boolean): void {
    const rows = rowsOf(value);
    if (rows && path) {
      add(path, rows, (value as Row).pageInfo, !insideRow);
      for (const row of rows) visit(row, path, true);
    } else if (isListOfObjects(value)) {
      add(path, value, null, false);
      for (const row of value) visit(row, path, true);
    } else if (isObject(value)) {
      for (const [key, child] of Object.entries(value)) visit(child, path ? `${path}.${key}` : key, insideRow);
    }
  }

  visit(data, "", false);
  return [...found.values()];
}

/** The counts of a response beside its listings: [["abandonedCheckoutsCount", "340"]]. */
export function figures(data: unknown): [string, string][] {
  if (!isObject(data)) return [];
  return Object.entries(data).flatMap(([key, value]): [string, string][] => {
    if (!isObject(value) || typeof value.count !== "number") return [];
    const atLeast = value.precision === "AT_LEAST" ? "at least " : "";
    return [[key, `${atLeast}${value.count.toLocaleString()}`]];
  });
}
