import { pick, useGraphiQL, useGraphiQLActions, useMonaco } from "@graphiql/react";
import { parse, Kind } from "graphql";
import { useEffect, useRef } from "react";
import { prefer, useExplorer } from "../state";
import { currentTab, showNext, forgetResponses, settle, switchTo } from "./responses";
import { searchMarkers, searchProviders } from "./searchSupport";
import { setEditors } from "./shared";

/** Only queries run automatically: on the first visit, after a change of shop or version, and from a link. */
function onlyReads(document: string): boolean {
  try {
    const { definitions } = parse(document);
    const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    return operations.length === 1 && operations.every((one) => "operation" in one && one.operation === "query");
  } catch {
    return false;
  }
}

/** Connects the page's state with GraphiQL: drafts go to the editor, responses to tabs, problems to lines. */
export function Bridge({ firstDocument }: { firstDocument: string }) {
  const { run, stop, addTab, setOperationFacts, updateActiveTabValues } = useGraphiQLActions();
  const { queryEditor, variableEditor, responseEditor, tabs, activeTabIndex } = useGraphiQL(
    pick("queryEditor", "variableEditor", "responseEditor", "tabs", "activeTabIndex"),
  );
  const monaco = useMonaco((state) => state.monaco);
  const { draft, account, version, response, running } = useExplorer();
  const token = account?.token ?? "";
  const written = useRef(firstDocument); // a document that the page wrote and the user did not edit
  const lastRun = useRef("");
  const soon = useRef(0);
  const ready = Boolean(queryEditor && responseEditor && monaco);
  const tab = tabs[activeTabIndex]?.id ?? "";

  useEffect(() => switchTo(tab), [tab]);
  useEffect(() => forgetResponses, [token]);
  useEffect(() => () => clearTimeout(soon.current), []);

  useEffect(() => {
    if (!ready || !queryEditor || !draft) return;
    useExplorer.setState({ draft: null });
    const present = queryEditor.getValue();
    if (!draft.here && present.trim() && present !== written.current) addTab();
    stop(); // for GraphiQL only: requests of other tabs continue
    clearTimeout(soon.current);
    showNext(draft.show ?? {});
    const { document: query, variables = "" } = draft;
    queryEditor.setValue(query);
    variableEditor?.setValue(variables);
    written.current = query;
    // GraphiQL parses a changed document after a delay, but the run and its history entry need it now.
    updateActiveTabValues({ query, variables });
    try {
      const documentAST = parse(query);
      const operations = documentAST.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
      const operationName = operations[0]?.name?.value as string;
      setOperationFacts({ documentAST, operations, operationName });
      updateActiveTabValues({ operationName: operationName ?? null });
    } catch {
      return; // a shared document may be invalid: the editor shows it and marks the error
    }
    lastRun.current = `${token} ${version}`;
    if (draft.run) run();
  }, [ready, draft, queryEditor, variableEditor, token, version, addTab, run, stop, setOperationFacts, updateActiveTabValues]);

  useEffect(() => {
    const now = `${token} ${version}`;
    if (!ready || !queryEditor || draft || lastRun.current === now) return;
    lastRun.current = now;
    if (!onlyReads(queryEditor.getValue())) return;
    stop();
    // GraphiQL gets the new shop's fetcher after this effect. A run now would still use the previous one.
    soon.current = window.setTimeout(run);
  }, [ready, queryEditor, draft, token, version, run, stop]);

  useEffect(() => {
    // GraphiQL writes JSON into the tab that is open when it arrives. This writes the JSON of the tab itself.
    if (!responseEditor || running || (response && !response.receivedAt)) return;
    const json = response ? JSON.stringify(response.body, null, 2) : "";
    if (responseEditor.getValue() === json) return;
    responseEditor.setValue(json);
    updateActiveTabValues({ response: json });
  }, [response, running, tab, responseEditor, updateActiveTabValues]);

  const editorText = tabs[activeTabIndex]?.response ?? "";
  useEffect(() => {
    // GraphiQL checks variables and headers itself, and reports an error only as text in the JSON.
    const refused = /Request not sent\. [^"]+/.exec(editorText)?.[0];
    if (!refused) return;
    const request = { token: "", version, document: "" };
    const problems = [{ message: refused }];
    const none = { status: 0, body: {}, milliseconds: 0, requestId: null, receivedAt: 0 };
    settle(currentTab(), { ...none, request, problems });
  }, [editorText, version]);

  useEffect(() => {
    const model = queryEditor?.getModel();
    if (!monaco || !model) return;
    const markers = (response?.problems ?? []).flatMap(({ message, line, column }) => {
      if (!line || !column || line > model.getLineCount()) return [];
      const word = model.getWordAtPosition({ lineNumber: line, column });
      return {
        startLineNumber: line,
        startColumn: column,
        endLineNumber: line,
        endColumn: word?.endColumn ?? column + 1,
        message,
        severity: monaco.MarkerSeverity.Error,
      };
    });
    monaco.editor.setModelMarkers(model, "server", markers);
  }, [response, monaco, queryEditor]);

  useEffect(() => {
    const model = queryEditor?.getModel();
    if (!monaco || !queryEditor || !model) return;
    queryEditor.updateOptions({ quickSuggestions: { other: true, strings: true, comments: false } });
    setEditors({
      query: () => queryEditor.getValue(),
      variables: () => variableEditor?.getValue() ?? "",
      reveal(line, column) {
        prefer({ queryShown: true });
        requestAnimationFrame(() => {
          queryEditor.revealLineInCenter(line);
          queryEditor.setPosition({ lineNumber: line, column });
          queryEditor.focus();
        });
      },
    });
    const disposables = [...searchProviders(monaco, model), searchMarkers(monaco, model)];
    return () => disposables.forEach((one) => one.dispose());
  }, [monaco, queryEditor, variableEditor]);

  return null;
}
