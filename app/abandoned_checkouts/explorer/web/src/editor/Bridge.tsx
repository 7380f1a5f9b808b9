import { pick, useGraphiQL, useGraphiQLActions, useMonaco } from "@graphiql/react";
import { parse, Kind } from "graphql";
import { useEffect, useRef } from "react";
import { prefer, useExplorer } from "../state";
import { currentTab, expectShow, forgetAnswers, settle, switchTo } from "./answers";
import { searchMarkers, searchProviders } from "./searchSupport";
import { setEditors } from "./shared";

/** Only reads are ever run unasked: on the first visit, after another shop or version is chosen, from a link. */
function onlyReads(document: string): boolean {
  try {
    const { definitions } = parse(document);
    const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    return operations.length === 1 && operations.every((one) => "operation" in one && one.operation === "query");
  } catch {
    return false;
  }
}

/** Ties the page's state to GraphiQL's: drafts into the editor, answers to tabs, problems to lines. */
export function Bridge({ firstDocument }: { firstDocument: string }) {
  const { run, stop, addTab, setOperationFacts, updateActiveTabValues } = useGraphiQLActions();
  const { queryEditor, variableEditor, responseEditor, tabs, activeTabIndex } = useGraphiQL(
    pick("queryEditor", "variableEditor", "responseEditor", "tabs", "activeTabIndex"),
  );
  const monaco = useMonaco((state) => state.monaco);
  const { draft, account, version, answer, running } = useExplorer();
  const token = account?.token ?? "";
  const written = useRef(firstDocument); // what nobody typed may be overwritten
  const asked = useRef("");
  const soon = useRef(0);
  const ready = Boolean(queryEditor && responseEditor && monaco);
  const tab = tabs[activeTabIndex]?.id ?? "";

  useEffect(() => switchTo(tab), [tab]);
  useEffect(() => forgetAnswers, [token]);
  useEffect(() => () => clearTimeout(soon.current), []);

  useEffect(() => {
    if (!ready || !queryEditor || !draft) return;
    useExplorer.setState({ draft: null });
    const present = queryEditor.getValue();
    if (!draft.here && present.trim() && present !== written.current) addTab();
    stop(); // in GraphiQL's eyes: what another tab asked still comes
    clearTimeout(soon.current);
    expectShow(draft.show ?? {});
    const { document: query, variables = "" } = draft;
    queryEditor.setValue(query);
    variableEditor?.setValue(variables);
    written.current = query;
    // GraphiQL reads a document a moment after each change; a run right now, and the history of it, need it at once.
    updateActiveTabValues({ query, variables });
    try {
      const documentAST = parse(query);
      const operations = documentAST.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
      const operationName = operations[0]?.name?.value as string;
      setOperationFacts({ documentAST, operations, operationName });
      updateActiveTabValues({ operationName: operationName ?? null });
    } catch {
      return; // a shared document may be broken: it is shown, and marked by the editor
    }
    asked.current = `${token} ${version}`;
    if (draft.run) run();
  }, [ready, draft, queryEditor, variableEditor, token, version, addTab, run, stop, setOperationFacts, updateActiveTabValues]);

  useEffect(() => {
    const now = `${token} ${version}`;
    if (!ready || !queryEditor || draft || asked.current === now) return;
    asked.current = now;
    if (!onlyReads(queryEditor.getValue())) return;
    stop();
    // GraphiQL takes the new shop's fetcher after this effect: a run right now would still ask the one before.
    soon.current = window.setTimeout(run);
  }, [ready, queryEditor, draft, token, version, run, stop]);

  useEffect(() => {
    // GraphiQL writes the JSON of the tab that is open when it comes; this is the JSON of the tab that asked.
    if (!responseEditor || running || (answer && !answer.receivedAt)) return;
    const json = answer ? JSON.stringify(answer.body, null, 2) : "";
    if (responseEditor.getValue() === json) return;
    responseEditor.setValue(json);
    updateActiveTabValues({ response: json });
  }, [answer, running, tab, responseEditor, updateActiveTabValues]);

  const response = tabs[activeTabIndex]?.response ?? "";
  useEffect(() => {
    // GraphiQL refuses broken variables and headers itself, and says so in the JSON alone.
    const refused = /Request not sent\. [^"]+/.exec(response)?.[0];
    if (!refused) return;
    const question = { token: "", version, document: "" };
    const problems = [{ message: refused }];
    const none = { status: 0, body: {}, milliseconds: 0, requestId: null, receivedAt: 0 };
    settle(currentTab(), { ...none, question, problems });
  }, [response, version]);

  useEffect(() => {
    const model = queryEditor?.getModel();
    if (!monaco || !model) return;
    const markers = (answer?.problems ?? []).flatMap(({ message, line, column }) => {
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
  }, [answer, monaco, queryEditor]);

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
