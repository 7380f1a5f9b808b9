import type * as Monaco from "monaco-editor";
import { helpOrNone } from "../search/help";
import { useExplorer } from "../state";
import { searchArguments, type SearchArgument } from "./searchArguments";

type Model = Monaco.editor.ITextModel;

const OWNER = "search";

function settings(): [string[], string] {
  const { session, account } = useExplorer.getState();
  return [session?.searchedFields ?? [], account?.zone ?? "UTC"];
}

function argumentAt(model: Model, offset: number): SearchArgument | undefined {
  const [fields] = settings();
  return searchArguments(model.getValue(), fields).find(({ start, end }) => start <= offset && offset <= end);
}

function rangeOf(monaco: typeof Monaco, model: Model, start: number, end: number): Monaco.Range {
  return monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
}

/** Completion and explanation inside `query: "…"`. GraphiQL does the rest of the document. */
export function searchProviders(monaco: typeof Monaco, mine: Model): Monaco.IDisposable[] {
  const completion = monaco.languages.registerCompletionItemProvider("graphql", {
    triggerCharacters: ['"', ":", " ", "(", "_", ","],
    async provideCompletionItems(model, position) {
      const offset = model.getOffsetAt(position);
      const found = model === mine ? argumentAt(model, offset) : undefined;
      if (!found) return null;
      const given = await helpOrNone(found.field, found.text, found.inText(offset), settings()[1]);
      if (model.isDisposed()) return null;
      return {
        suggestions: given.suggestions.map((one, at) => ({
          label: { label: one.label, description: one.detail },
          kind: monaco.languages.CompletionItemKind.Field,
          insertText: JSON.stringify(one.text).slice(1, -1),
          range: rangeOf(monaco, model, found.inDocument(one.start), found.inDocument(one.end)),
          filterText: found.text.slice(one.start, one.end),
          sortText: String(at).padStart(4, "0"),
        })),
      };
    },
  });
  const hover = monaco.languages.registerHoverProvider("graphql", {
    async provideHover(model, position) {
      const offset = model.getOffsetAt(position);
      const found = model === mine ? argumentAt(model, offset) : undefined;
      if (!found) return null;
      const { explanation } = await helpOrNone(found.field, found.text, found.text.length, settings()[1]);
      if (model.isDisposed() || !explanation) return null;
      return { contents: [{ value: explanation }], range: rangeOf(monaco, model, found.start, found.end) };
    },
  });
  return [completion, hover];
}

/** Underlines the parts of the document's search texts that have warnings, 300 ms after a change. */
export function searchMarkers(monaco: typeof Monaco, model: Model): Monaco.IDisposable {
  let wait = 0;
  async function underline(): Promise<void> {
    if (model.isDisposed()) return;
    const version = model.getVersionId();
    const [fields, zone] = settings();
    const found = searchArguments(model.getValue(), fields);
    const markers = await Promise.all(
      found.map(async (argument) => {
        const { warnings } = await helpOrNone(argument.field, argument.text, 0, zone);
        if (model.isDisposed()) return [];
        return warnings.map(({ start, end, message, suggestion }) => ({
          ...rangeOf(monaco, model, argument.inDocument(start), argument.inDocument(end)),
          message: suggestion ? `${message} Did you mean ${suggestion}?` : message,
          severity: monaco.MarkerSeverity.Warning,
        }));
      }),
    );
    if (!model.isDisposed() && model.getVersionId() === version) {
      monaco.editor.setModelMarkers(model, OWNER, markers.flat());
    }
  }
  const later = () => {
    clearTimeout(wait);
    wait = window.setTimeout(() => void underline(), 300);
  };
  later();
  const changes = model.onDidChangeContent(later);
  return {
    // Signing out removes the editor. A waiting timer would read a disposed model.
    dispose() {
      clearTimeout(wait);
      changes.dispose();
    },
  };
}
