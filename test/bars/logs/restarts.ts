// The agent and the engine are started again while a log is followed at its full rate.
import { setTimeout as sleep } from "node:timers/promises";
import type { Speaker, Stage } from "./stage.ts";
import { faultOf, untilRead, write, type Reader } from "./tail.ts";

export type Restart = {
  name: string;
  act: (stage: Stage) => Promise<void>;
  /** The container's process is another one after it. */
  ends?: boolean;
  wholeOnly?: boolean;
};

export const restarts: Restart[] = [
  {
    name: "the agent by kill -9",
    async act({ agent }) {
      await agent.kill();
      await agent.start();
    },
  },
  { name: "Docker with live-restore", act: ({ dockerd }) => dockerd.restart() },
  { name: "Docker with live-restore, by kill -9", wholeOnly: true, act: ({ dockerd }) => dockerd.restart({ signal: "SIGKILL" }) },
  {
    name: "Docker without live-restore",
    ends: true,
    wholeOnly: true,
    // The one that runs leaves its containers alone once more.
    act: async ({ dockerd }) => {
      await dockerd.restart({ liveRestore: false });
      await dockerd.restart({ liveRestore: false });
    },
  },
];

/** Says `count` numbers from `first` on while it happens; what Docker keeps of them is what has to come. Answers the next number. */
export async function overRestart(stage: Stage, speaker: Speaker, reader: Reader, { name, act, ends = false }: Restart, first: number, count: number): Promise<number> {
  const { context, wrong } = stage;
  const writing = write(stage, speaker, first, count);
  await sleep(context.short ? 100 : 2000, undefined, { signal: context.signal });
  const before = await reader.now();
  const begun = performance.now();
  await act(stage);
  const took = performance.now() - begun;
  const written = await writing;
  let next = first + written.said;
  if (ends) await speaker.reopen();
  // What is said last must not be what the engine itself lost.
  await write(stage, speaker, next, 10);
  next += 10;
  await speaker.settle();
  const kept = new Set((await speaker.kept()).flatMap(({ text }) => (text.startsWith("n 0") ? Number(text.slice(2, 10)) : [])));
  const { read, behindMs } = await untilRead(reader, next - 1, context.signal);
  const missing = read.missing.filter(([, to]) => to >= first);
  const lost = missing.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
  const ours = lost.filter((number) => kept.has(number));
  if (ours.length > 0) wrong(`${name}: ${ours.length} lines that Docker keeps were not told, first ${ours[0]}`);
  const fault = faultOf({ ...read, missing: [] }, first, next - 1);
  if (fault !== null) wrong(`${name}: ${fault}`);
  context.say(
    `${name}: ${(took / 1000).toFixed(1)} s, the stream was opened again ${read.resumed - before.resumed} times; ${next - first} lines said, ${lost.length - ours.length} lost by Docker itself, the last read ${(behindMs / 1000).toFixed(1)} s later`,
  );
  return next;
}
