import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { HtmlTagDescriptor, Plugin, UserConfig } from "vite";

/** The window's own script, and what that begins with, is fetched and read beside the page's first one, which asks for it in the end. */
const preloadWindow: Plugin = {
  name: "preload-window",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle }) =>
      Object.values(bundle ?? {}).flatMap((part): HtmlTagDescriptor[] =>
        part.type === "chunk" && part.facadeModuleId?.endsWith("/window.tsx") ? [part.fileName, ...part.imports].map((name) => ({ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `./${name}` }, injectTo: "head" })) : [],
      ),
  },
};

/** One recipe for the window, whichever host serves it. */
export const rendererConfig = {
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [react(), tailwindcss(), preloadWindow],
  build: {
    outDir: fileURLToPath(new URL("../../out/renderer", import.meta.url)),
    emptyOutDir: true,
    // Both hosts are a Chromium of our choice or a current browser: light-dark() and oklch() stay as written.
    target: "chrome130",
    cssTarget: "chrome130",
    // Fonts stay files, so that a strict content policy needs no data: exception.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    // The app's own builder would leave it as it is written: twice as much to read at its start.
    minify: "oxc",
    // A contract only says what there is: of what the window does not use nothing is built at its start.
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /\/contract\/[^/]+\.ts$/, sideEffects: false }] } },
  },
} satisfies UserConfig;

export default rendererConfig;
