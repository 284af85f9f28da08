import { constants } from "node:fs";
import { access, appendFile } from "node:fs/promises";
import { v7 as uuid } from "uuid";
import { expect, test } from "vitest";
import type { LogBatch } from "../../contract/index.ts";
import { removeContainer } from "../docker/container.ts";
import { CUT_MARK, LONGEST_LINE } from "../docker/output-lines.ts";
import { archiveOutput } from "./archive.ts";
import { followLogs } from "./logs.ts";
import { createSpeakers, docker, usable } from "./speakers.fixture.ts";

const talkative = uuid();
const { deps, speaker } = createSpeakers();

/** Says `count` lines, as fast as it can, then stays. */
const talker = (release: string, count: number) => speaker(talkative, release, `for (let i = 1; i <= ${count}; i++) console.log("${release} " + i); setInterval(() => {}, 1000)`);

/** Reads until `enough`, then lets go. */
async function read(from: { after?: string; tail: number }, enough: (texts: string[]) => boolean, service = talkative) {
  const texts: string[] = [];
  let gaps = 0;
  let last: LogBatch | undefined;
  const stop = new AbortController();
  for await (const batch of followLogs(deps, service, from, stop.signal)) {
    last = batch;
    if (batch.gap) gaps += 1;
    texts.push(...batch.lines.map(({ text }) => text));
    if (enough(texts)) break;
  }
  return { texts, gaps, cursor: last!.cursor };
}
const say = (release: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `${release} ${from + at}`);

test.skipIf(!usable)("no line is lost or told twice over a resumption, a removal and a new container", async () => {
  const one = await talker("one", 3000);
  await read({ tail: 1 }, (texts) => texts.includes("one 3000"));
  const tail = await read({ tail: 5 }, (texts) => texts.length >= 5);
  const all = await read({ tail: 5000 }, (texts) => texts.length >= 3000);

  await archiveOutput(deps, talkative, one);
  await removeContainer(docker, one);
  const two = await talker("two", 100);
  const resumed = await read({ after: tail.cursor, tail: 0 }, (texts) => texts.includes("two 100"));
  await archiveOutput(deps, talkative, two);
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

test.skipIf(!usable)("long lines, carriage returns and a last line without an end are told as they were said, also from the archive", async () => {
  const own = uuid();
  const long = `for (const text of ["x".repeat(40_000), "10%\\r50%\\u2028", "y".repeat(200_000), "next"]) console.log(text); process.stdout.write("end")`;
  // Looked at before anything was ever deployed.
  const early = read({ tail: 10 }, (texts) => texts.includes("end"), own);
  const id = await speaker(own, "r", long);
  const live = await read({ tail: 10 }, (texts) => texts.includes("end"), own);
  await archiveOutput(deps, own, id);
  await removeContainer(docker, id);
  const kept = await read({ tail: 10 }, (texts) => texts.length >= 5, own);

  const said = ["x".repeat(40_000), "10%\r50%\u2028", "y".repeat(LONGEST_LINE) + CUT_MARK, "next", "end"];
  expect([(await early).texts, live.texts, kept.texts, live.gaps + kept.gaps]).toEqual([said, said, said, 0]);
});

test.skipIf(!usable)("more at once than is kept is said to be lost, and what is kept is told once", async () => {
  const own = uuid();
  const code = `process.once("SIGUSR2", () => { for (let n = 0; n < 40_000; n++) console.log("line " + n + " " + "z".repeat(80)) }); console.log("begun"); setInterval(() => {}, 1000)`;
  const id = await speaker(own, "burst", code);
  // It begins when we listen.
  let told: Promise<unknown> | null = null;
  const last = (all: string[]) => {
    if (all.includes("begun")) told ??= docker.getContainer(id).kill({ signal: "SIGUSR2" });
    return all.at(-1)?.startsWith("line 39999 ") === true;
  };
  const { texts, gaps } = await read({ tail: 10 }, last, own);
  await told;
  const numbers = texts.flatMap((text) => /^line (\d+) /.exec(text)?.[1] ?? []).map(Number);
  const jumps = numbers.filter((number, at) => at > 0 && number !== numbers[at - 1]! + 1).length;
  const doubled = numbers.length - new Set(numbers).size;
  // It says about 5 MB and keeps 3: how much of it we see is a matter of speed.
  expect([texts[0], doubled, jumps <= gaps]).toEqual(["begun", 0, true]);
});

test.skipIf(!usable)("behind a damaged part of Docker's file the reader goes on, and says so", async (context) => {
  const own = uuid();
  const id = await speaker(own, "d", `process.once("SIGUSR2", () => setInterval(() => console.log("after"), 1500)); console.log("before"); setInterval(() => {}, 1000)`);
  const path = (await docker.getContainer(id).inspect()).LogPath;
  const isOurs = await access(path, constants.W_OK).then(() => true, () => false);
  if (!isOurs) context.skip("Docker's files are not to be written here");
  const heard = Promise.withResolvers<void>();
  const twice = (texts: string[]) => {
    if (texts.includes("before")) heard.resolve();
    return texts.filter((text) => text === "after").length >= 2;
  };
  const reading = read({ tail: 10 }, twice, own);
  await heard.promise;
  await appendFile(path, "\0\0\0{{\n");
  await docker.getContainer(id).kill({ signal: "SIGUSR2" });
  const { texts, gaps } = await reading;
  expect([texts, gaps]).toEqual([["before", "after", "after"], 1]);
});
