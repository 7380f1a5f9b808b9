/** One request to the Admin API and everything the page shows about its answer. */
export interface Question {
  token: string;
  version: string;
  document: string;
  variables?: Record<string, unknown> | undefined;
  operationName?: string | null | undefined;
  headers?: Record<string, string> | undefined;
}

export interface Cost {
  requestedQueryCost: number;
  actualQueryCost: number | null;
  throttleStatus: { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };
}

export interface SearchNotice {
  path: string[];
  query: string;
  warnings: { field: string; message: string; code?: string }[];
}

export interface Body {
  data?: Record<string, unknown> | null;
  errors?: unknown;
  extensions?: { cost?: Cost; search?: SearchNotice[] };
}

/** An error as a person reads it; `line` points into the document when the server named a place. */
export interface Problem {
  message: string;
  code?: string;
  line?: number;
  column?: number;
  path?: string;
}

export interface Answer {
  question: Question;
  status: number;
  body: Body;
  problems: Problem[];
  milliseconds: number;
  requestId: string | null;
  receivedAt: number;
}

interface GraphQLProblem {
  message?: string;
  locations?: { line: number; column: number }[];
  path?: (string | number)[];
  extensions?: { code?: string };
}

const ADVICE: Record<number, string> = {
  401: "Sign in again with a token of this shop.",
  402: "The shop is frozen until its plan is paid.",
  403: "The token lacks the permission; create one with the scopes that the query needs.",
  404: "Nothing answers at this address; choose another API version.",
  423: "The shop is locked.",
  429: "Too many requests at once; wait a moment.",
};

/** Shopify answers an array for errors of GraphQL, a string or an object for errors of HTTP. */
export function problemsOf(status: number, errors: unknown): Problem[] {
  if (Array.isArray(errors)) {
    return (errors as GraphQLProblem[]).map(({ message, locations, path, extensions }) => ({
      message: message ?? "An error without a message.",
      ...(extensions?.code && { code: extensions.code }),
      ...(locations?.[0] && { line: locations[0].line, column: locations[0].column }),
      ...(path && { path: path.join(" › ") }),
    }));
  }
  if (errors === undefined && status < 400) return [];
  const said = typeof errors === "string" ? errors : errors ? JSON.stringify(errors) : "";
  const message = [said, ADVICE[status]].filter(Boolean).join(". ") || "The server gave no reason.";
  return [{ message, ...(status && { code: `HTTP ${status}` }) }];
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Headers of one's own beside ours; theirs never take our place, however they are spelt. */
function headersOf({ token, headers }: Question): Headers {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers ?? {})) {
    try {
      all.set(name, value);
    } catch {
      throw new Error(`The request was not sent: ${name} cannot be a header with this value.`);
    }
  }
  all.set("Content-Type", "application/json");
  all.set("X-Shopify-Access-Token", token);
  return all;
}

async function send(question: Question, signal?: AbortSignal): Promise<[number, Body, string | null]> {
  const { version, document, variables, operationName } = question;
  const request = {
    method: "POST",
    headers: headersOf(question),
    body: JSON.stringify({ query: document, variables, operationName: operationName || undefined }),
    ...(signal && { signal }),
  };
  try {
    const response = await fetch(`/admin/api/${version}/graphql.json`, request);
    const text = await response.text();
    const body = text.startsWith("{") ? (JSON.parse(text) as Body) : { errors: text || response.statusText };
    return [response.status, body, response.headers.get("x-request-id")];
  } catch (error) {
    throw new Error(`The server could not be reached (${reasonOf(error)}).`);
  }
}

/** Always answers: what went wrong on the way is a problem with status 0. */
export async function ask(question: Question, signal?: AbortSignal): Promise<Answer> {
  const started = performance.now();
  const failed = (error: unknown): [number, Body, null] => [0, { errors: reasonOf(error) }, null];
  const [status, body, requestId] = await send(question, signal).catch(failed);
  const milliseconds = performance.now() - started;
  const problems = problemsOf(status, body.errors);
  return { question, status, body, problems, milliseconds, requestId, receivedAt: Date.now() };
}
