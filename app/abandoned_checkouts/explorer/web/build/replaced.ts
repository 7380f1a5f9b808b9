import { resolve } from "node:path";
import type { Plugin } from "vite";

const source = resolve(import.meta.dirname, "../src");

/**
 * Modules of GraphiQL and Monaco that we answer with smaller ones of our own.
 * Each is [end of the module's path, our module, who asks for it]; the sum of the files that
 * `npm run build` prints is the reason for every line.
 */
const REPLACEMENTS: [RegExp, string, RegExp?][] = [
  // All of VS Code's editor features → the ones a query editor uses.
  [/monaco-editor\/esm\/vs\/editor\/edcore\.main\.js$/, "editor/monaco.ts"],
  [/monaco-editor\/esm\/vs\/editor\/browser\/widget\/(diffEditor\/d|multiDiffEditor\/multiD)iffEditorWidget\.js$/, "editor/noDiffEditor.ts"],
  // Prettier with Babel to indent JSON → jsonc-parser, which is there already.
  [/@graphiql\/react\/dist\/utility\/jsonc\.js$/, "editor/jsonc.ts"],
  // A second Prettier in the worker, for a command of Monaco's that GraphiQL's own prettify stands for.
  [/prettier\/(standalone|plugins\/graphql)\.m?js$/, "editor/noWorkerFormat.ts", /monaco-graphql\/esm\/GraphQLWorker\.js$/],
];

export function replaced(): Plugin {
  return {
    name: "replaced",
    enforce: "pre",
    async resolveId(id, importer, options) {
      if (!importer || importer.startsWith(source)) return null;
      const found = await this.resolve(id, importer, { ...options, skipSelf: true });
      const ours = found && REPLACEMENTS.find(([path, , by]) => path.test(found.id) && (!by || by.test(importer)));
      return ours ? resolve(source, ours[1]) : found;
    },
  };
}
