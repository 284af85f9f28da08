import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  main: {
    build: { outDir: "out/main", lib: { entry: here("src/main/index.ts"), formats: ["es"] } },
  },
  preload: {
    build: {
      outDir: "out/preload",
      // A sandboxed preload cannot load modules: one CommonJS file with everything in it.
      externalizeDeps: false,
      lib: { entry: here("src/preload/index.ts"), formats: ["cjs"] },
      rolldownOptions: { output: { entryFileNames: "index.cjs" } },
    },
  },
  renderer: {
    root: here("src/renderer"),
    plugins: [react(), tailwind()],
    build: {
      outDir: here("out/renderer"),
      // Inlined assets would need data: in places where the content policy forbids it.
      assetsInlineLimit: 0,
      rolldownOptions: { input: here("src/renderer/index.html") },
    },
  },
});
