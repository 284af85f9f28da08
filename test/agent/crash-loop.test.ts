// An app that keeps dying after it went live, on the real Docker of this machine.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Problem } from "../../agent/contract/index.ts";
import { tryDocker } from "../world/docker.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";
import { tell, whenTold } from "./told.ts";

let local: LocalAgent;
beforeAll(async () => void (local = await startLocalAgent()));
afterAll(() => local?.stop());

/** Waits for a change after which the service is as wanted. */
async function until<T>(look: () => Promise<T | false>): Promise<T> {
  for await (const _ of await local.client.changes.watch({})) {
    const found = await look();
    if (found !== false) return found;
  }
  throw new Error("The stream of changes ended");
}

async function make(name: string, code: string, more: { memoryMiB?: number; healthSeconds?: number } = {}): Promise<{ id: string; problem: Problem | null }> {
  const [project] = await local.client.projects.list({});
  const { environments } = project ?? (await local.client.projects.create({ name: "Loops" }));
  const { id } = await local.client.services.create({
    environmentId: environments[0]!.id,
    name,
    shape: "worker",
    config: { source: { type: "image", reference: "node:24-slim" }, healthSeconds: 1, drainSeconds: 0, startCommand: `node -e '${code}'`, ...more },
  });
  const { problem } = await local.deployed((await local.client.deployments.start({ serviceId: id })).id);
  return { id, problem };
}

async function worker(...made: Parameters<typeof make>): Promise<string> {
  const { id, problem } = await make(...made);
  expect(problem).toBeNull();
  return id;
}

const own = (id: string) => ["--filter", `label=run.aeroplane.service=${id}`];
const container = async (id: string) => (await tryDocker(["ps", "--quiet", ...own(id)])).stdout.trim();

test("a service that keeps dying is crash-looping, with its last lines", async () => {
  const id = await worker("loop", `console.log("begin"); ${whenTold(`console.error("the queue is gone"); process.exit(4)`)}`);
  await tell(await container(id));
  const looping = await until(async () => {
    const service = await local.client.services.get({ id });
    return service.state === "crash-looping" && (service.crashes?.lastLines.length ?? 0) > 0 && service;
  });
  const again = await until(async () => {
    const { crashes } = await local.client.services.get({ id });
    return crashes !== null && crashes.count > looping.crashes!.count && crashes;
  });
  // Read after its end, when the next life may have spoken already.
  const last = again.lastLines.filter((line) => line !== "begin").at(-1);
  expect({ exit: again.lastExitCode, last, changed: looping.changed }).toEqual({ exit: 4, last: "the queue is gone", changed: false });
});

test("one that uses more memory than it may have is told so, before it was ready and after", async () => {
  const hog = "const kept = []; for (;;) kept.push(Buffer.alloc(8e6, 1))";
  const [{ problem }, late] = await Promise.all([make("hog", hog, { memoryMiB: 96, healthSeconds: 60 }), worker("late-hog", whenTold(hog), { memoryMiB: 100 })]);
  await tell(await container(late));
  expect([problem?.code, problem?.message]).toEqual(["APP_OUT_OF_MEMORY", expect.stringContaining("each instance may have 96 MB")]);
  const { crashes, config } = await until(async () => {
    const service = await local.client.services.get({ id: late });
    return service.crashes !== null && service;
  });
  expect([crashes!.lastExitCode, crashes!.outOfMemory, config.memoryMiB]).toEqual([137, "100 MB", 100]);
});

test("a container that somebody removed comes back", async () => {
  const id = await worker("kept", `console.log("here"); setInterval(() => {}, 1000)`);
  const filter = own(id);
  const before = (await tryDocker(["ps", "--quiet", ...filter])).stdout.trim();
  await tryDocker(["rm", "--force", before]);
  let after = "";
  await expect
    .poll(async () => (after = (await tryDocker(["ps", "--quiet", "--filter", "status=running", ...filter])).stdout.trim()), { timeout: 90_000 })
    .toMatch(/^[0-9a-f]{12}$/);
  expect(after).not.toBe(before);
  await expect.poll(async () => (await local.client.services.get({ id })).state, { timeout: 90_000 }).toBe("live");
});
