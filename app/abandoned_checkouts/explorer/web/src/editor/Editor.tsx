import "./workers";
import type { Fetcher, Observable } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import type { ExecutionResult } from "graphql";
import { useMemo } from "react";
import { ask, type Question } from "../admin";
import { openDrafts } from "../drafts";
import { Results } from "../results/Results";
import { ORDERS, searchDocument } from "../search/document";
import { useExplorer } from "../state";
import { askFor, askForToken, currentTab, stopAsking, switchTo } from "./answers";
import { Bridge } from "./Bridge";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "../styles/editor.css";
import "../styles/results.css";

import("monaco-graphql/esm/monaco-editor.js").catch(() => null); // GraphiQL asks for it when it is shown, which is later

const INTROSPECTION = "SchemaOfTheExplorer";
const FIRST_DOCUMENT = searchDocument("", ORDERS[0]);
const FIRST_DRAFTS = {
  editorFlex: "0.55", // answers get more room than the query, until somebody drags the bar between them
  query: FIRST_DOCUMENT, // stored when it is edited; headers typed beside an unedited one would come back without it
};

/**
 * One run of a document. GraphiQL writes what comes into whichever tab is open then, so it is told of an answer
 * only while the tab that asked is. It takes its subscription back when a tab is left, too: that stops nothing.
 */
function answered(question: Question): Observable<ExecutionResult> {
  const tab = currentTab();
  return {
    subscribe({ next, complete }: { next(result: ExecutionResult): void; complete(): void }) {
      let told = true;
      void askFor(tab, question).then((answer) => {
        if (told && answer && tab === currentTab()) next(answer.body as ExecutionResult);
        if (told) complete();
      });
      return {
        unsubscribe() {
          told = false;
          queueMicrotask(() => tab === currentTab() && stopAsking(tab, question));
        },
      };
    },
  } as Observable<ExecutionResult>;
}

/** GraphiQL with our results beneath its own; a new fetcher makes it read the schema again. */
export default function Editor() {
  const { account, version, theme, queryShown, view, visit } = useExplorer();
  const token = account?.token ?? "";
  const drafts = useMemo(() => openDrafts(FIRST_DRAFTS), []);
  // GraphiQL tells of its tabs up to a tenth of a second after it was taken away, when another's are shown.
  const changeTab = (tab: string) => visit === useExplorer.getState().visit && switchTo(tab);

  const fetcher = useMemo<Fetcher>(
    () =>
      async ({ query, variables, operationName }, options) => {
        const question = {
          token,
          version,
          document: query,
          variables: variables as Record<string, unknown> | undefined,
          operationName,
          headers: options?.headers,
        };
        if (operationName !== INTROSPECTION) return answered(question);
        const schema = await ask(question);
        askForToken(schema);
        return schema.body as ExecutionResult;
      },
    [token, version],
  );

  return (
    <div className="work" data-query={queryShown ? "shown" : "hidden"} data-view={view}>
      <GraphiQL
        fetcher={fetcher}
        storage={drafts}
        forcedTheme={theme}
        defaultQuery={FIRST_DOCUMENT}
        shouldPersistHeaders
        isHeadersEditorEnabled
        schemaDescription
        onTabChange={({ tabs, activeTabIndex }) => changeTab(tabs[activeTabIndex]?.id ?? "")}
        inputValueDeprecation
        introspectionQueryName={INTROSPECTION}
      >
        <GraphiQL.Logo>{null}</GraphiQL.Logo>
        <GraphiQL.Footer>
          <Results />
        </GraphiQL.Footer>
        <Bridge firstDocument={FIRST_DOCUMENT} />
      </GraphiQL>
    </div>
  );
}
