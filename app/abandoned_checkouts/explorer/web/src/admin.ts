/** A request to the Admin API. */
export interface AdminRequest {
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

/** An error to show. `line` and `column` are its place in the document, if the server reported one. */
export interface Problem {
  message: string;
  code?: string;
  line?: number;
  column?: number;
  path?: string;
}

export interface AdminResponse {
  request: AdminRequest;
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
  403: "Use a token that has the scopes of this query.",
  404: "This address does not exist. Choose another API version.",
  423: "The shop is locked.",
  429: "Too many requests. Wait a moment and try again.",
};

/** The errors of a response. Shopify returns an array of GraphQL errors, or a string or object for an HTTP error. */
export function problemsOf(status: number, errors: unknown): Problem[] {
  if (Array.isArray(errors)) {
    return (errors as GraphQLProblem[]).map(({ message, locations, path, extensions }) => ({
      message: message ?? "The server reported an error without a message.",
      ...(extensions?.code && { code: extensions.code }),
      ...(locations?.[0] && { line: locations[0].line, column: locations[0].column }),
      ...(path && { path: path.join(" › ") }),
    }));
  }
  if (errors === undefined && status < 400) return [];
  const reported = typeof errors === "string" ? errors : errors ? JSON.stringify(errors) : "";
  const message = [reported, ADVICE[status]].filter(Boolean).join(". ") || "The server reported no reason.";
  return [{ message, ...(status && { code: `HTTP ${status}` }) }];
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The headers that the user added, and the page's own, which the user cannot replace. */
function headersOf({ token, headers }: AdminRequest): Headers {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers ?? {})) {
    try {
      all.set(name, value);
    } catch {
      throw new Error(`The request was not sent: the header ${name} has an invalid name or value.`);
    }
  }
  all.set("Content-Type", "application/json");
  all.set("X-Shopify-Access-Token", token);
  return all;
}

async function post(request: AdminRequest, signal?: AbortSignal): Promise<[number, Body, string | null]> {
  const { version, document, variables, operationName } = request;
  const init = {
    method: "POST",
    headers: headersOf(request),
    body: JSON.stringify({ query: document, variables, operationName: operationName || undefined }),
    ...(signal && { signal }),
  };
  try {
    const response = await fetch(`/admin/api/${version}/graphql.json`, init);
    const text = await response.text();
    const body = text.startsWith("{") ? (JSON.parse(text) as Body) : { errors: text || response.statusText };
    return [response.status, body, response.headers.get("x-request-id")];
  } catch (error) {
    throw new Error(`Cannot reach the server (${reasonOf(error)}).`);
  }
}

/** Sends a request. Never throws: a request without a response has status 0 and a problem. */
export async function execute(request: AdminRequest, signal?: AbortSignal): Promise<AdminResponse> {
  const started = performance.now();
  const failed = (error: unknown): [number, Body, null] => [0, { errors: reasonOf(error) }, null];
  const [status, body, requestId] = await post(request, signal).catch(failed);
  const milliseconds = performance.now() - started;
  const problems = problemsOf(status, body.errors);
  return { request, status, body, problems, milliseconds, requestId, receivedAt: Date.now() };
}
