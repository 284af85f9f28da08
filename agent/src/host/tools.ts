import { stat } from "node:fs/promises";
import { hostname } from "node:os";
import { describe, type HostStatus, type Problem } from "../../contract/index.ts";
import { run } from "../sandbox/index.ts";

type Tool = HostStatus["tools"][number];

const known = new Map<string, { stamp: string; version: string }>();

/** Versions of what the agent drives; a missing one is a problem, not an exception. Docker's own comes from the docker room. */
export async function toolVersions(o: { caddy: string; buildx: string }): Promise<Tool[]> {
  return await Promise.all([
    tool("caddy", [o.caddy, "version"], /v?(\d+\.\d+\.\d+\S*)/, (why) => describe("CADDY_UNAVAILABLE", { why })),
    tool("buildx", [o.buildx, "version"], / v?(\d+\.\d+\.\d+\S*)/, (why) => describe("BUILDER_MISSING", { why })),
    tool("git", ["/usr/bin/git", "--version"], /(\d+\.\d+\.\d+)/, () =>
      describe("SERVER_LACKS", { address: hostname(), what: "git", commands: "apt-get install git" }),
    ),
  ]);
}

async function tool(name: Tool["name"], argv: [string, ...string[]], pattern: RegExp, missing: (why: string) => Problem): Promise<Tool> {
  try {
    const file = await stat(argv[0]);
    const stamp = `${file.mtimeMs} ${file.size} ${file.ino}`;
    const earlier = known.get(argv[0]);
    // Asked with every look at the server's page: a program is started only when its file has changed.
    if (earlier?.stamp === stamp) return { name, version: earlier.version, problem: null };
    const said = await run(argv, { cwd: "/", env: { HOME: "/nonexistent" }, account: null, seconds: 10 });
    const version = pattern.exec(said.stdout)?.[1];
    if (said.code !== 0 || version === undefined) return { name, version: null, problem: missing(`${argv[0]} does not run`) };
    known.set(argv[0], { stamp, version });
    return { name, version, problem: null };
  } catch {
    return { name, version: null, problem: missing(`there is no ${argv[0]}`) };
  }
}
