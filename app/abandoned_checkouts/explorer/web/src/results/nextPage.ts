import { Kind, parse, print, visit, type ArgumentNode, type FieldNode } from "graphql";
import type { AdminRequest } from "../admin";

const WINDOW = new Set(["after", "before"]);
const first = { kind: Kind.NAME, value: "first" } as const;

/** The request for the page after `cursor` of the connection at `path` (response keys). */
export function nextRequest(request: AdminRequest, path: string, cursor: string): AdminRequest {
  const keys = path.split(".");
  const variables = { ...request.variables };
  const trail: string[] = [];
  const tree = visit(parse(request.document), {
    Field: {
      enter(field: FieldNode) {
        trail.push(field.alias?.value ?? field.name.value);
        if (trail.join(".") !== keys.join(".")) return undefined;
        const given = field.arguments?.find(({ name }) => name.value === "after")?.value;
        if (given?.kind === Kind.VARIABLE) {
          variables[given.name.value] = cursor; // an unused variable would be an error
          return undefined;
        }
        const after: ArgumentNode = {
          kind: Kind.ARGUMENT,
          name: { kind: Kind.NAME, value: "after" },
          value: { kind: Kind.STRING, value: cursor },
        };
        const others = (field.arguments ?? [])
          .filter(({ name }) => !WINDOW.has(name.value))
          .map((one) => (one.name.value === "last" ? { ...one, name: first } : one));
        return { ...field, arguments: [...others, after] };
      },
      leave() {
        trail.pop();
      },
    },
  });
  return { ...request, document: print(tree), variables };
}

/** The document with `pageInfo { hasNextPage endCursor }` added to the connection at `path`. */
export function withPageInfo(document: string, path: string): string {
  const keys = path.split(".");
  const trail: string[] = [];
  const [pageInfo] = (parse("{ pageInfo { hasNextPage endCursor } }").definitions[0] as never as {
    selectionSet: { selections: FieldNode[] };
  }).selectionSet.selections;
  const tree = visit(parse(document), {
    Field: {
      enter(field: FieldNode) {
        trail.push(field.alias?.value ?? field.name.value);
        return undefined;
      },
      leave(field: FieldNode) {
        const here = trail.join(".");
        trail.pop();
        if (here !== keys.join(".") || !field.selectionSet || !pageInfo) return undefined;
        const kept = field.selectionSet.selections.filter(
          (one) => one.kind !== Kind.FIELD || one.name.value !== "pageInfo",
        );
        return { ...field, selectionSet: { ...field.selectionSet, selections: [...kept, pageInfo] } };
      },
    },
  });
  return print(tree);
}
