// The sample apps as files for a repository of the world's Git server.
import { join } from "node:path";
import type { Files } from "../git/repositories.ts";

export type AppName = "node-http" | "static" | "static-build" | "worker" | "odd-http";

/** How node-http behaves; the file mode.txt (or the variable MODE) says so. */
export type AppMode = "ok" | "exit" | "never-listens" | "500" | "unhealthy" | "exit-later";

/** For `git.create(name, release(...), { from: appFolder(...) })`. */
export function appFolder(app: AppName): string {
  return join(import.meta.dirname, app);
}

/** The files that make an app another release, in the given mode. */
export function release(app: AppName, id: string, mode: AppMode = "ok"): Files {
  if (app === "static")
    return {
      "site/release.txt": `${id}\n`,
      "site/index.html": `<!doctype html>\n<title>Static sample</title>\n<p id="release">${id}</p>\n`,
    };
  return app === "node-http"
    ? { "release.txt": `${id}\n`, "mode.txt": `${mode}\n` }
    : { "release.txt": `${id}\n` };
}
