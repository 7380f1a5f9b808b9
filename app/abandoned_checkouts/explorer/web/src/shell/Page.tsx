import { Fragment, lazy, Suspense, useEffect } from "react";
import { SearchBox } from "../search/SearchBox";
import { start, useExplorer } from "../state";
import { Examples } from "./Examples";
import { ErrorBoundary } from "./ErrorBoundary";
import { SignIn } from "./SignIn";
import { SignInDialog } from "./SignInDialog";
import { TopBar } from "./TopBar";

const loadEditor = () => import("../editor/Editor");
const Editor = lazy(loadEditor);

function Work() {
  const { session, account, failure, visit } = useExplorer();
  if (failure) {
    return (
      <div className="centred" role="alert">
        <h2>The page cannot start</h2>
        <p>{failure}</p>
        <button type="button" className="primary" onClick={() => location.reload()}>
          Try again
        </button>
      </div>
    );
  }
  if (!session) return <p className="centred quiet">Loading…</p>;
  if (!account) {
    return (
      <div className="centred card">
        <SignIn />
        <p className="quiet">
          No token yet? Create one with <code>abandoned-checkouts token create --shop my-shop.myshopify.com</code>, or create
          a demo shop with <code>abandoned-checkouts demo</code>.
        </p>
      </div>
    );
  }
  return (
    <Fragment key={visit}>
      <section className="ask" aria-label="Search and examples">
        <SearchBox />
        <Examples />
      </section>
      <ErrorBoundary>
        <Suspense fallback={<p className="centred quiet">Loading the editor…</p>}>
          <Editor />
        </Suspense>
      </ErrorBoundary>
    </Fragment>
  );
}

export function Page() {
  const theme = useExplorer((state) => state.theme);
  useEffect(() => {
    void start();
    loadEditor().catch(() => null); // in parallel with the first requests; `ErrorBoundary` reports a failure
  }, []);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <>
      <TopBar />
      <main>
        <Work />
      </main>
      <SignInDialog />
    </>
  );
}
