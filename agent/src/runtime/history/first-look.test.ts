import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import type { DeployDeps } from "../../deploy/deps.ts";
import { labels } from "../../docker/names.ts";
import { stampOf } from "../position.ts";
import { createHistory } from "./index.ts";
import { encodeKept } from "./kept-line.ts";

const START = Date.parse("2026-11-30T04:00:00Z");
const stamp = (seconds: number) => stampOf(BigInt(START + seconds * 1000) * 1_000_000n);
function frame(seconds: number, text: string): Buffer {
  const said = `${stamp(seconds)} ${text}\n`;
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(said.length, 4);
  return Buffer.concat([head, Buffer.from(said)]);
}

/** A service whose first container is gone (one line a second) and whose second runs; the engine tells what that one said first, and the rest only when it is let. */
async function createWorld() {
  const folder = await mkdtemp(join(tmpdir(), "first-look-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "logs"));
  const old = Array.from({ length: 100 }, (_, at) => encodeKept({ stamp: stamp(at), stream: "out", text: `old ${at}` }));
  await writeFile(join(folder, "logs", `${START}_aaaaaaaaaaaa_one.log`), old.join(""));
  const rest = Promise.withResolvers<void>();
  async function* told(tail: unknown): AsyncGenerator<Buffer> {
    if (tail !== 1) yield frame(200, "new 0");
    if (tail !== 1) await rest.promise;
    yield frame(201, "new 1");
  }
  const live = { Id: "b".repeat(64), Names: ["/b"], State: "running", Created: START / 1000 + 150, Labels: labels({ instance: "i", service: "s", release: "two" }) };
  const dialled: string[] = [];
  const letterOf = (label: string) => (label.endsWith("=s") ? "b" : label.at(-1)!);
  const docker = {
    // A service has one container: "s" that of b's, any other that of its own letter.
    listContainers: ({ filters }: { filters: { label: string[] } }) => Promise.resolve([{ ...live, Id: letterOf(filters.label.at(-1)!).repeat(64) }]),
    modem: {
      dial: ({ path, options }: { path: string; options: { tail?: number } }, done: (error: null, stream: Readable) => void) => {
        dialled.push(path);
        done(null, Readable.from(told(options.tail)));
      },
    },
  };
  const deps = { docker, instanceId: "i", paths: { logsOf: () => join(folder, "logs"), logCopies: join(folder, "copies") }, note: () => {} } as unknown as DeployDeps;
  const history = createHistory(deps);
  onTestFinished(() => history.close());
  return { history, dialled, letTell: rest.resolve };
}
const texts = ({ lines }: { lines: { text: string }[] }) => lines.map(({ text }) => text);
const asked = { filter: {}, limit: 3 };

test("a moment before all that a container has said is told without a copy of that, and pages on both sides of it too", async () => {
  const { history } = await createWorld();
  const page = await history.page("s", { ...asked, moment: START + 50_000 }, undefined);
  const older = await history.page("s", { ...asked, before: page.before! }, undefined);
  const newer = await history.page("s", { ...asked, after: page.after! }, undefined);
  expect([texts(older), texts(page), texts(newer)]).toEqual([
    ["old 47", "old 48", "old 49"],
    ["old 50", "old 51", "old 52"],
    ["old 53", "old 54", "old 55"],
  ]);
});

test("a page that comes to what a container has said waits for all of it", async () => {
  const { history, letTell } = await createWorld();
  let isTold = false;
  const waiting = history.page("s", { ...asked, limit: 4, moment: START + 98_000 }, undefined).then((page) => {
    isTold = true;
    return page;
  });
  const atMoment = history.page("s", { ...asked, moment: START + 200_000 }, undefined);
  await history.page("s", { ...asked, moment: START }, undefined);
  expect(isTold).toBe(false);
  letTell();
  expect([texts(await waiting), texts(await atMoment)]).toEqual([
    ["old 98", "old 99", "new 0", "new 1"],
    ["new 0", "new 1"],
  ]);
  // Copied meanwhile, it is part of every answer.
  expect(texts(await history.page("s", { ...asked, limit: 1000, moment: START }, undefined)).length).toBe(102);
});

test("what is copied ahead is copied one at a time, and not for who has gone before its turn", async () => {
  const { history, dialled, letTell } = await createWorld();
  const containers = () => [...new Set(dialled.map((path) => /containers\/(.)/.exec(path)?.[1]))].join("");
  const first = history.prepare("s");
  await expect.poll(containers).toBe("b");
  const reader = new AbortController();
  const gone = history.prepare("c", reader.signal);
  const last = history.prepare("d");
  // Whoever asks for a page does not wait for their turn.
  const asks = history.page("e", { ...asked, moment: START + 201_000 }, undefined);
  await expect.poll(containers).toBe("be");
  reader.abort(new Error("gone"));
  await expect(gone).rejects.toThrow("gone");
  letTell();
  await Promise.all([first, last, asks]);
  expect(containers()).toBe("bed");
});
