import { execFile, spawn } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";

const execute = promisify(execFile);

/** The sample as a Git repository, read-only over HTTP on loopback for as long as the demo runs. */
export async function serveSample(source: string, folder: string, baseImage: string): Promise<{ url: string; close(): Promise<void> }> {
  const work = join(folder, "sample");
  await cp(source, work, { recursive: true });
  const dockerfile = join(work, "hello/Dockerfile");
  await writeFile(dockerfile, (await readFile(dockerfile, "utf8")).replace(/^FROM .*$/m, `FROM ${baseImage}`));
  const identity = ["-c", "user.name=Aeroplane", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"];
  const git = (...words: string[]) => execute("git", ["-C", work, ...identity, ...words], { env: gitEnvironment() });
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", ".");
  await git("commit", "--quiet", "--message=First sample");

  const server = createServer((request, response) => void serve(request, response, work));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sample`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Git's smart protocol, fetching alone: two addresses, both answered by git itself. */
function serve(request: IncomingMessage, response: ServerResponse, repository: string): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const asksRefs = request.method === "GET" && pathname === "/sample/info/refs" && searchParams.get("service") === "git-upload-pack";
  const asksPack = request.method === "POST" && pathname === "/sample/git-upload-pack";
  if (!asksRefs && !asksPack) return void response.writeHead(404).end();
  const protocol = request.headers["git-protocol"];
  const child = spawn("git", ["upload-pack", "--stateless-rpc", ...(asksRefs ? ["--advertise-refs"] : []), repository], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...gitEnvironment(), ...(typeof protocol === "string" ? { GIT_PROTOCOL: protocol } : {}) },
  });
  child.on("error", () => response.destroy());
  child.stdin.on("error", () => {});
  const kind = asksRefs ? "advertisement" : "result";
  response.writeHead(200, { "content-type": `application/x-git-upload-pack-${kind}`, "cache-control": "no-store" });
  if (asksRefs) response.write("001e# service=git-upload-pack\n0000");
  child.stdout.pipe(response);
  const body = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
  body.pipe(child.stdin);
}

function gitEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
}
