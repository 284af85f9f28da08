// Repositories of a run: written directly on disk, served by the two servers beside this file.
import { randomBytes } from "node:crypto";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../command.ts";

export type Files = Record<string, string | Buffer | null>;

export type Repository = {
  name: string;
  branch: string;
  http: string;
  ssh: string;
  /** The sha of the first commit. */
  sha: string;
  /** Writes the files (null deletes one) and commits them; returns the sha. */
  commit: (files: Files, message?: string) => Promise<string>;
  /** Moves a new branch to where the current one stands. */
  branchOff: (name: string) => Promise<void>;
  /** The work tree, for what files alone cannot express (links, modes); commit({}) picks it up. */
  folder: string;
};

const identity = {
  GIT_AUTHOR_NAME: "World",
  GIT_AUTHOR_EMAIL: "world@example.test",
  GIT_COMMITTER_NAME: "World",
  GIT_COMMITTER_EMAIL: "world@example.test",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

export type RepositoryHome = { folder: string; http: string; ssh: string };

/** `from` is a folder to begin with; `private` puts it where a name and a password are asked for. */
export type RepositoryOptions = { from?: string; branch?: string; private?: boolean };

export async function createRepository(
  home: RepositoryHome,
  name: string,
  files: Files,
  options: RepositoryOptions = {},
): Promise<Repository> {
  const branch = options.branch ?? "main";
  const folder = join(home.folder, "work", `${name}-${randomBytes(3).toString("hex")}`);
  const path = `${options.private ? "private/" : ""}${name}.git`;
  const served = join(home.folder, "served", path);
  const git = (...args: string[]) => run(["git", "-C", folder, ...args], { env: identity });
  await mkdir(folder, { recursive: true });
  if (options.from) await cp(options.from, folder, { recursive: true, verbatimSymlinks: true });
  await git("init", "--quiet", `--initial-branch=${branch}`);
  await git("config", "http.receivepack", "true");
  // A push moves the work tree too, so that commit() goes on from it.
  await git("config", "receive.denyCurrentBranch", "updateInstead");
  const commit = async (changes: Files, message = "Change") => {
    await writeFiles(folder, changes);
    await git("add", "--all");
    await git("commit", "--quiet", "--allow-empty", "--no-gpg-sign", "-m", message);
    return await git("rev-parse", "HEAD");
  };
  const sha = await commit(files, "First");
  await mkdir(dirname(served), { recursive: true });
  await symlink(join(folder, ".git"), served);
  return {
    name,
    branch,
    http: `${home.http}/${path}`,
    ssh: `${home.ssh}/${path}`,
    sha,
    commit,
    branchOff: async (other) => void (await git("branch", other)),
    folder,
  };
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    if (content === null) await rm(file, { force: true, recursive: true });
    else await writeFile(file, content);
  }
}
