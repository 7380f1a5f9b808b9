import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";
import { replaced } from "./build/replaced.ts";

// app/abandoned_checkouts/explorer/routes.py serves the page: `/` is index.html, and `/explorer/assets/*` are the hashed
// files, so the addresses below start with `/explorer/`.
export default defineConfig({
  base: "/explorer/",
  // Prettier's GraphQL plugin is imported under two names; this makes them one copy.
  resolve: { alias: { "prettier/parser-graphql": "prettier/plugins/graphql" } },
  plugins: [replaced(), react(), compressed()],
  worker: { format: "es", plugins: () => [replaced()] },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2023",
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { moduleLevelDirective: false }, // for "use no memo" in GraphiQL's files, which is for another compiler
    },
  },
});
