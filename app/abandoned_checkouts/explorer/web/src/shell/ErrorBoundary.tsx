import { Component, type ReactNode } from "react";

/** Replaces a part of the page that failed, or whose file does not exist any more because the server was updated. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { message: string | null }> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <div className="centred" role="alert">
        <h2>Something went wrong</h2>
        <p>Reload the page. Details: {this.state.message}</p>
        <button type="button" className="primary" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    );
  }
}
