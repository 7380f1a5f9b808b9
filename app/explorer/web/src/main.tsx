import { createRoot } from "react-dom/client";
import "./editor/workers";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
createRoot(document.getElementById("page")!).render(<GraphiQL fetcher={async () => ({ data: {} })} />);
