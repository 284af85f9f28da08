import { v7 as uuid } from "uuid";
import { expect, test } from "vitest";
import type { LogFilter, LogPage } from "../../../contract/index.ts";
import { removeContainer } from "../../docker/container.ts";
import { archiveOutput } from "../archive.ts";
import { followLogs } from "../logs.ts";
import { createSpeakers, docker, usable } from "../speakers.fixture.ts";
import { wholeLog } from "../whole-log.ts";
import { createHistory } from "./index.ts";

const service = uuid();
const { deps, speaker } = createSpeakers();

/** Says lines 1 to `count` of that release, with a needle and a long line among them, then stays. */
const talker = (release: string, count: number) =>
  speaker(service, release, `for (let i = 1; i <= ${count}; i++) console.log("${release} " + i + (i % 1000 === 0 ? " Needle \\x1b[31mred\\x1b[0m\\rend" : "")); console.log("x".repeat(200_000)); console.error("${release} last"); setInterval(() => {}, 1000)`);

async function tailOf(count: number) {
  const stop = new AbortController();
  for await (const { lines, before } of followLogs(deps, service, { tail: count }, stop.signal)) {
    stop.abort();
    return { texts: lines.map(({ text }) => text), before: before! };
  }
  throw new Error("no batch");
}

test.skipIf(!usable)("what a stream tells and what pages before it tell are all lines once, of a container that runs and of one that is gone; a search finds each planted one", async () => {
  const history = createHistory(deps);
  async function all(before: string | undefined, filter: LogFilter = {}): Promise<string[]> {
    let found: string[] = [];
    for (let at: string | null | undefined = before; at !== null; ) {
      const page: LogPage = await history.page(service, { before: at, filter, limit: 1000 }, undefined);
      found = [...page.lines.map(({ text }) => text), ...found];
      at = page.before;
    }
    return found;
  }
  // The two streams of a container pass each other.
  async function isLast(release: string): Promise<boolean> {
    const { texts } = await tailOf(6000);
    return texts.includes(`${release} last`) && texts.some((text) => text.startsWith("xx"));
  }
  const one = await talker("one", 5000);
  await expect.poll(() => isLast("one")).toBe(true);
  const whole = await all(undefined);
  expect([whole.length, whole.filter((text) => text.startsWith("one ")).length]).toEqual([5002, 5001]);
  await archiveOutput(deps, service, one);
  await removeContainer(docker, one);
  await talker("two", 5000);
  await expect.poll(() => isLast("two")).toBe(true);

  for (const count of [0, 3, 6000]) {
    const { texts, before } = await tailOf(count);
    const told = [...(await all(before)), ...texts];
    expect([texts.length, told.length, new Set(told.filter((text) => !text.startsWith("xx"))).size]).toEqual([count, 10_004, 10_002]);
  }
  const needles = (release: string) => [1, 2, 3, 4, 5].map((number) => `${release} ${number * 1000} Needle \u001b[31mred\u001b[0m\rend`);
  expect(await all(undefined, { text: "needle REDend" })).toEqual([...needles("one"), ...needles("two")]);
  expect(await all(undefined, { level: "error", only: ["two"] })).toEqual(["two last"]);
  async function saved(filter: LogFilter): Promise<string[]> {
    const texts: string[] = [];
    for await (const line of wholeLog(deps, service, filter, undefined)) texts.push(line.slice(line.indexOf(" ") + 1));
    return texts;
  }
  expect(await saved({ text: "needle REDend" })).toEqual([...needles("one"), ...needles("two")]);
  expect(await saved({ level: "error", only: ["two"] })).toEqual(["two last"]);
  expect((await saved({})).length).toBe(10_004);
  history.close();
});
