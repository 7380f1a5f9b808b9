import "./workers";
import type { Fetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { useMemo } from "react";
import { ask } from "../admin";
import { Results } from "../results/Results";
import { ORDERS, searchDocument } from "../search/document";
import { useExplorer } from "../state";
import { currentTab, settle, switchTo } from "./answers";
import { Bridge } from "./Bridge";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "../styles/editor.css";
import "../styles/results.css";

const INTROSPECTION = "IntrospectionQuery";
const FIRST_DOCUMENT = searchDocument("", ORDERS[0]);

// Answers get more room than the query, until somebody drags the bar between them.
const SPLIT = "graphiql:editorFlex";
if (!localStorage.getItem(SPLIT)) localStorage.setItem(SPLIT, "0.55");

// GraphiQL stores a document when it is edited; headers typed beside an unedited one would come back without it.
const DOCUMENT = "graphiql:query";
if (!localStorage.getItem(DOCUMENT)) localStorage.setItem(DOCUMENT, FIRST_DOCUMENT);

/** GraphiQL with our results beneath its own; a new fetcher makes it read the schema again. */
export default function Editor() {
  const { account, version, theme, queryShown, view } = useExplorer();
  const token = account?.token ?? "";

  const fetcher = useMemo<Fetcher>(
    () =>
      async ({ query, variables, operationName }, options) => {
        const own = operationName === INTROSPECTION;
        const tab = currentTab();
        if (!own) useExplorer.setState({ running: true });
        const question = {
          token,
          version,
          document: query,
          variables: variables as Record<string, unknown> | undefined,
          operationName,
          headers: options?.headers,
        };
        const answer = await ask(question);
        if (answer.status === 401) {
          const message = "The server no longer knows this shop's token. Sign in again.";
          useExplorer.setState({ signingIn: { message } });
        }
        const sameShop = useExplorer.getState().account?.token === token;
        if (!own && sameShop) settle(tab, answer);
        if (!own) useExplorer.setState({ running: false });
        return answer.body as Awaited<ReturnType<Fetcher>>;
      },
    [token, version],
  );

  return (
    <div className="work" data-query={queryShown ? "shown" : "hidden"} data-view={view}>
      <GraphiQL
        fetcher={fetcher}
        forcedTheme={theme}
        defaultQuery={FIRST_DOCUMENT}
        shouldPersistHeaders
        isHeadersEditorEnabled
        schemaDescription
        onTabChange={({ tabs, activeTabIndex }) => switchTo(tabs[activeTabIndex]?.id ?? "")}
        inputValueDeprecation
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
