import { request } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DOCKER_SOCKET } from "../../../src/desktop/local/docker-state.ts";

/** One call of Docker's API; the demo needs three, so it brings no client. */
export function askDockerApi(method: string, path: string, body?: Readable): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: DOCKER_SOCKET, method, path, headers: body ? { "content-type": "application/x-tar" } : {} }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on("error", reject);
    });
    sent.on("error", reject);
    if (body) pipeline(body, sent).catch(reject);
    else sent.end();
  });
}

/** What the builder has cached; the demo takes away what came with it. */
export async function buildCacheIds(): Promise<Set<string>> {
  const { status, text } = await askDockerApi("GET", "/v1.41/system/df?type=build-cache");
  if (status !== 200) return new Set();
  const { BuildCache } = JSON.parse(text) as { BuildCache?: { ID: string }[] | null };
  return new Set((BuildCache ?? []).map(({ ID }) => ID));
}

export async function dropBuildCache(before: ReadonlySet<string>): Promise<void> {
  // A parent goes only after its children: as many rounds as the cache is deep, and no more.
  for (let round = 0; round < 10; round += 1) {
    const added = [...(await buildCacheIds())].filter((id) => !before.has(id));
    if (added.length === 0) return;
    for (const id of added) await askDockerApi("POST", `/v1.41/build/prune?all=true&filters=${encodeURIComponent(JSON.stringify({ id: { [id]: true } }))}`);
  }
}
