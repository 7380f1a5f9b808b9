/** Monaco's standalone services name its two diff editors; no page of ours opens one. */
export class DiffEditorWidget {}
export class MultiDiffEditorWidget {}
