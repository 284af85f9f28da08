// npm run build: the agent's bundle, and the app for Electron with its window.
import { bringUpToDate } from "./build.ts";

await bringUpToDate(["agent", "electron"]);
