import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Hello, HostStatus, Problem } from "../../contract/index.ts";
import { readRefusal } from "./refusal.ts";

const ONE_TRY_MS = 5000;
/** Asked so often in a row: one that dies soon after its first answer is no good. */
const ROUNDS = 3;
const PAUSE_MS = 400;
/** What an agent cannot do its work without. */
const NEEDED = new Set(["docker", "caddy", "buildx"]);

/**
 * Whether an agent on trial may stay: asked from outside, over the socket that desktops use. Says why not, in the middle
 * of a sentence, and fails.
 */
export async function gate({ socket, version, dataDir, seconds }: { socket: string; version: string; dataDir: string | null; seconds: number }): Promise<void> {
  const refused = () => (dataDir === null ? null : readRefusal(dataDir, version));
  const why = await refusal({ look: () => oneLook(socket, version), refused, seconds });
  process.stdout.write(`${why ?? "good"}\n`);
  process.exit(why === null ? 0 : 1);
}

type Look = () => Promise<{ why: string; final: boolean } | null>;

async function refusal({ look, refused, seconds }: { look: Look; refused: () => Problem | null; seconds: number }): Promise<string | null> {
  const end = performance.now() + seconds * 1000;
  for (let good = 0, why = "it did not answer"; ; await sleep(PAUSE_MS)) {
    const found = await look();
    // Its own words say more than that it is not there.
    const own = found === null ? null : refused();
    if (own) return `it refuses to start: ${own.message.replace(/\.$/, "")}`;
    if (found === null) good += 1;
    else if (found.final) return found.why;
    else [good, why] = [0, found.why];
    if (good === ROUNDS) return null;
    if (performance.now() > end) return `${why} within ${seconds} s`;
  }
}

/** Null: all is well. Final: no later look can be better. */
async function oneLook(socket: string, version: string): Promise<{ why: string; final: boolean } | null> {
  try {
    const hello = await ask<Hello>(socket, "instance/hello");
    // Another one answers: it has ended, and the one before it is back.
    if (hello.agentVersion !== version || !hello.trial) return { why: `it ended while it was tried, and the agent ${hello.agentVersion} answers`, final: true };
    const { tools } = await ask<HostStatus>(socket, "instance/status");
    const bad = tools.find(({ name, problem }) => problem !== null && NEEDED.has(name));
    if (bad) return { why: `it says of this server: ${bad.problem!.message.replace(/\.$/, "")}`, final: false };
    // The store can be read from end to end.
    for (const list of ["projects/list", "services/list", "jobs/list"]) await ask(socket, list);
    return null;
  } catch (error) {
    return { why: `it did not answer (${(error as Error).message})`, final: false };
  }
}

/** One call as the desktop's client writes it; the client itself would make the agent larger. */
function ask<T = unknown>(socketPath: string, procedure: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: `/rpc/${procedure}`, method: "POST", headers: { "content-type": "application/json" }, timeout: ONE_TRY_MS }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode !== 200) return reject(new Error(`${procedure}: ${response.statusCode} ${text.slice(0, 300)}`));
        resolve((JSON.parse(text) as { json: T }).json);
      });
    });
    call.on("timeout", () => call.destroy(new Error(`${procedure}: no answer within ${ONE_TRY_MS / 1000} s`)));
    call.on("error", reject);
    call.end(JSON.stringify({ json: {} }));
  });
}
