import { Component, type ReactNode } from "react";

/** What is shown where a part of the page broke, or where its file is gone since the server was renewed. */
export class Mishap extends Component<{ children: ReactNode }, { said: string | null }> {
  override state = { said: null };

  static getDerivedStateFromError(error: unknown): { said: string } {
    return { said: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.said === null) return this.props.children;
    return (
      <div className="centred" role="alert">
        <h2>This part of the page broke off</h2>
        <p>Loading the page anew often helps, above all after the server was renewed. What was said: {this.state.said}</p>
        <button type="button" className="primary" onClick={() => location.reload()}>
          Load the page anew
        </button>
      </div>
    );
  }
}
