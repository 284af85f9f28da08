import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { UserConfig } from "vite";

/** One recipe for the window, whichever host serves it. */
export const rendererConfig = {
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [react(), tailwindcss()],
  build: {
    outDir: fileURLToPath(new URL("../../out/renderer", import.meta.url)),
    emptyOutDir: true,
    // Both hosts are a Chromium of our choice or a current browser: light-dark() and oklch() stay as written.
    target: "chrome130",
    cssTarget: "chrome130",
    // Fonts stay files, so that a strict content policy needs no data: exception.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
} satisfies UserConfig;

export default rendererConfig;
