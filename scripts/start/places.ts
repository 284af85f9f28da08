import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
export const inRoot = (path: string) => join(root, path);
/** Fetched parts, beside the other throw-away files of the checkout. */
export const cacheDir = inRoot(".cache/parts");
export const agentBundle = inRoot("agent/dist/agent.mjs");
export const renderer = inRoot("out/renderer");
export const resources = inRoot("resources");
