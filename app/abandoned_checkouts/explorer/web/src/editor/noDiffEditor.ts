/** Replaces Monaco's two diff editors, which its services import and this page never opens. */
export class DiffEditorWidget {}
export class MultiDiffEditorWidget {}
