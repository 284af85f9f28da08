import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LogBatch } from "../../contract/index.ts";
import { openDocker } from "../docker/client.ts";
import { listContainers, removeContainer } from "../docker/container.ts";
import { labels } from "../docker/names.ts";
import { imageId } from "../docker/pull.ts";
import { archiveOutput } from "./archive.ts";
import { followLogs, type LogsDeps } from "./logs.ts";

const IMAGE = "node:24-slim";
const docker = openDocker("/var/run/docker.sock");
const usable = (await imageId(docker, IMAGE).catch(() => null)) !== null;
const instanceId = uuid();
const service = uuid();
let folder = "";
let deps: LogsDeps;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "runtime-logs-"));
  deps = {
    docker,
    instanceId,
    paths: { logsOf: (id: string) => join(folder, id) },
    note: () => {},
    nextEvent: () => new Promise((resolve) => setTimeout(resolve, 100)),
  } as unknown as LogsDeps;
});
afterAll(async () => {
  if (usable) for (const { id } of await listContainers(docker, instanceId)) await removeContainer(docker, id);
  await rm(folder, { recursive: true });
});

/** Says `count` lines, as fast as it can, then stays. */
async function talker(release: string, count: number): Promise<string> {
  const code = `for (let i = 1; i <= ${count}; i++) console.log("${release} " + i); setInterval(() => {}, 1000)`;
  const made = await docker.createContainer({
    Image: IMAGE,
    Cmd: ["node", "-e", code],
    Labels: labels({ instance: instanceId, service, release }),
    HostConfig: { Init: true, NetworkMode: "none" },
  });
  await made.start();
  return made.id;
}

/** Reads until `enough`, then lets go. */
async function read(from: { after?: string; tail: number }, enough: (texts: string[]) => boolean) {
  const texts: string[] = [];
  let last: LogBatch | undefined;
  const stop = new AbortController();
  for await (const batch of followLogs(deps, service, from, stop.signal)) {
    last = batch;
    texts.push(...batch.lines.map(({ text }) => text));
    if (enough(texts)) break;
  }
  return { texts, cursor: last!.cursor };
}
const say = (release: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `${release} ${from + at}`);

test.skipIf(!usable)("no line is lost or told twice over a resumption, a removal and a new container", async () => {
  const one = await talker("one", 3000);
  await read({ tail: 1 }, (texts) => texts.includes("one 3000"));
  const tail = await read({ tail: 5 }, (texts) => texts.length >= 5);
  const all = await read({ tail: 5000 }, (texts) => texts.length >= 3000);

  await archiveOutput(deps, service, one);
  await removeContainer(docker, one);
  const two = await talker("two", 100);
  const resumed = await read({ after: tail.cursor, tail: 0 }, (texts) => texts.includes("two 100"));
  await archiveOutput(deps, service, two);
  await removeContainer(docker, two);
  const both = await read({ tail: 150 }, (texts) => texts.length >= 150);
  const early = await read({ after: "0", tail: 0 }, (texts) => texts.includes("two 100") && texts.includes("one 3000"));

  expect([tail.texts, all.texts, resumed.texts, both.texts, early.texts.toSorted()]).toEqual([
    say("one", 2996, 3000),
    say("one", 1, 3000),
    say("two", 1, 100),
    [...say("one", 2951, 3000), ...say("two", 1, 100)],
    [...say("one", 1, 3000), ...say("two", 1, 100)].toSorted(),
  ]);
});
