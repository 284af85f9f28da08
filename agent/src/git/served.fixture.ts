// A Git server over HTTP for the tests of fetching, and Git as they make repositories with it.
import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { run } from "../sandbox/index.ts";

const serve = new URL("../../../test/world/git/serve.ts", import.meta.url).pathname;

/** Nothing of this machine's own settings, where git-lfs may be Git's filter already. */
const env = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "a@b.test", GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "a@b.test", HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };

export async function git(cwd: string, ...args: string[]): Promise<string> {
  const done = await run(["git", ...args], { cwd, env, account: null });
  if (done.code !== 0) throw new Error(done.stderr);
  return done.stdout.trim();
}

export type Served = { /** Holds `served` and `data`. */ root: string; url: string; stop: () => Promise<void> };

/** Serves what is in `served`; private repositories with the password "secret". */
export async function serveRepositories(): Promise<Served> {
  const root = await mkdtemp(join(tmpdir(), "aeroplane-git-"));
  const path = (name: string) => join(root, name);
  // Git's own account has to get through.
  await chmod(root, 0o755);
  await mkdir(path("served"));
  await mkdir(path("data"));
  await writeFile(path("password"), "secret");
  const server = spawn(process.execPath, [serve, path("served"), "127.0.0.1", path("port"), path("password")], { stdio: "inherit" });
  const port = await vi.waitFor(async () => {
    const text = await readFile(path("port"), "utf8");
    if (text === "") throw new Error("no port yet");
    return text;
  }, { timeout: 20_000 });
  return {
    root,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.kill();
      await rm(root, { recursive: true, force: true });
    },
  };
}
