import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphQLWorker from "monaco-graphql/esm/graphql.worker.js?worker";

/** Monaco calls this to create its workers. They come from this server, as the page's policy requires. */
(globalThis as { MonacoEnvironment?: unknown }).MonacoEnvironment = {
  getWorker(_id: string, label: string): Worker {
    if (label === "json") return new JsonWorker();
    if (label === "graphql") return new GraphQLWorker();
    return new EditorWorker();
  },
};

// When its editor is removed, Monaco cancels delayed work, such as highlighting, by rejecting promises that nothing
// awaits. Monaco's own error handler ignores these rejections too.
addEventListener("unhandledrejection", (event) => {
  const { reason } = event as { reason: unknown };
  if (reason instanceof Error && reason.name === "Canceled") event.preventDefault();
});
