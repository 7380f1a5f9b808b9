import { addressOf } from "../share";
import { useExplorer } from "../state";

interface Editors {
  query(): string;
  variables(): string;
  reveal(line: number, column: number): void;
}

let editors: Editors | null = null;

export function setEditors(given: Editors): void {
  editors = given;
}

/** The page's address with the document that is in the editor now. */
export function addressOfQuery(): Promise<string> {
  const { version } = useExplorer.getState();
  return Promise.resolve(
    addressOf({ document: editors?.query() ?? "", variables: editors?.variables() ?? "", version }),
  );
}

export function currentQuery(): string {
  return editors?.query() ?? "";
}

/** Shows a place of the document in the editor and puts the cursor there. */
export function reveal(line: number, column: number): void {
  editors?.reveal(line, column);
}
