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
export function addressOfQuery(): string {
  const { version } = useExplorer.getState();
  return addressOf({ document: currentQuery(), variables: currentVariables(), version });
}

export function currentQuery(): string {
  return editors?.query() ?? "";
}

export function currentVariables(): string {
  return editors?.variables() ?? "";
}

/** Shows a place of the document in the editor and puts the cursor there. */
export function reveal(line: number, column: number): void {
  editors?.reveal(line, column);
}
