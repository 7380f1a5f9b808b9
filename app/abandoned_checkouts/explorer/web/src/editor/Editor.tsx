import "./workers";
import type { Fetcher, Observable } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import type { ExecutionResult } from "graphql";
import { useEffect, useMemo, useRef } from "react";
import { execute, type AdminRequest } from "../admin";
import { openDrafts } from "../drafts";
import { Results } from "../results/Results";
import { ORDERS, searchDocument } from "../search/document";
import { useExplorer } from "../state";
import { runFor, askToSignIn, currentTab, cancel, switchTo } from "./responses";
import { Bridge } from "./Bridge";
import { repairTabs } from "./tabs";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "../styles/editor.css";
import "../styles/results.css";

import("monaco-graphql/esm/monaco-editor.js").catch(() => null); // GraphiQL would load it later, when it is shown

const INTROSPECTION = "SchemaOfTheExplorer";
const FIRST_DOCUMENT = searchDocument("", ORDERS[0]);
const FIRST_DRAFTS = {
  editorFlex: "0.55", // responses get more room than the query, until the user drags the bar between them
  query: FIRST_DOCUMENT, // GraphiQL stores only an edited document, but headers even without one
};

/**
 * One run of a document. GraphiQL writes a response into the tab that is open when it arrives, so it gets the response
 * only if that is the tab of the request. GraphiQL also unsubscribes when the user changes tabs; the request continues.
 */
function observable(request: AdminRequest): Observable<ExecutionResult> {
  const tab = currentTab();
  return {
    subscribe({ next, complete }: { next(result: ExecutionResult): void; complete(): void }) {
      let subscribed = true;
      void runFor(tab, request).then((response) => {
        if (subscribed && response && tab === currentTab()) next(response.body as ExecutionResult);
        if (subscribed) complete();
      });
      return {
        unsubscribe() {
          subscribed = false;
          queueMicrotask(() => tab === currentTab() && cancel(tab, request));
        },
      };
    },
  } as Observable<ExecutionResult>;
}

/** GraphiQL with our results below its own. A new fetcher makes it load the schema again. */
export default function Editor() {
  const { account, version, theme, queryShown, view, visit } = useExplorer();
  const token = account?.token ?? "";
  const drafts = useMemo(() => openDrafts(FIRST_DRAFTS), []);
  // GraphiQL reports a change of tabs up to 0.1 s late, when the tabs of another visit may already be shown.
  const changeTab = (tab: string) => visit === useExplorer.getState().visit && switchTo(tab);

  const fetcher = useMemo<Fetcher>(
    () =>
      async ({ query, variables, operationName }, options) => {
        const request = {
          token,
          version,
          document: query,
          variables: variables as Record<string, unknown> | undefined,
          operationName,
          headers: options?.headers,
        };
        if (operationName !== INTROSPECTION) return observable(request);
        const schema = await execute(request);
        askToSignIn(schema);
        return schema.body as ExecutionResult;
      },
    [token, version],
  );

  const work = useRef<HTMLDivElement>(null);
  useEffect(() => (work.current ? repairTabs(work.current) : undefined), []);

  return (
    <div ref={work} className="work" data-query={queryShown ? "shown" : "hidden"} data-view={view}>
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
