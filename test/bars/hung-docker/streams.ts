// What is open when Docker falls silent, and what is opened then: logs, terminals, the doctor.
import { randomUUID } from "node:crypto";
import { docker } from "../../world/docker.ts";
import { until } from "../../world/wait.ts";
import type { Shape } from "../acts/shapes.ts";
import { comeBack, END_SECONDS, type Lane, type Told } from "./lane.ts";
import type { Return } from "./proxy.ts";
import { seenOf, useWindow } from "./window.ts";

/** Each of its checks has five seconds. */
const DOCTOR_SECONDS = 8;
const SIZE = { rows: 24, columns: 80 };

/** What came of it so far; reading ends with the signal. */
function reading<T>(batches: AsyncIterable<T>, take: (batch: T) => string) {
  const state = { text: "", ended: false, failed: null as string | null };
  void (async () => {
    try {
      for await (const batch of batches) state.text += take(batch);
    } catch (error) {
      state.failed = (error as { code?: string }).code ?? String(error);
    }
    state.ended = true;
  })();
  return state;
}

export async function silenceOfStreams(lane: Lane, shape: Shape, how: Return): Promise<Told> {
  const { agent, proxy, stage, context: { signal: outer } } = lane;
  const { client } = agent;
  const problems: string[] = [];
  const subject = await stage.ready(shape, { before: "live" });
  const { id: serviceId } = subject.service;
  const seen = await seenOf(agent, subject.service);
  const container = (await docker(["ps", "--quiet", "--filter", `label=run.aeroplane.service=${serviceId}`])).trim();
  // The container may have said the same before.
  const mark = randomUUID().slice(0, 8);
  const [before, meanwhile, after] = ["before", "meanwhile", "after"].map((word) => `${word}-${mark}`) as [string, string, string];
  const say = (text: string) => docker(["exec", container, "sh", "-c", `echo ${text} > /proc/1/fd/1`]);
  const gone = new AbortController();
  const signal = AbortSignal.any([outer, gone.signal]);
  const within = (what: string, seconds: number, condition: () => boolean) =>
    until(what, condition, { within: seconds * 1000, every: 50, signal: outer }).catch((error: Error) => void problems.push(error.message));

  const openLogs = async () => reading(await client.services.logs({ id: serviceId, tail: 100 }, { signal }), ({ lines }) => lines.map(({ text }) => `${text}\n`).join(""));
  const logs = await openLogs();
  const terminal = await client.terminals.openService({ serviceId, ...SIZE });
  const closedMeanwhile = await client.terminals.openService({ serviceId, ...SIZE });
  const shell = reading(await client.terminals.output({ id: terminal.id }, { signal }), ({ data }) => Buffer.from(data, "base64").toString());
  const writer = randomUUID();
  let sequence = 0;
  const type = (text: string) => client.terminals.write({ id: terminal.id, writer, sequence: sequence++, data: Buffer.from(text).toString("base64") });
  await say(before);
  await type("echo shell-$((1+1))\n");
  await within("a line before the silence", 10, () => logs.text.includes(before));
  await within("the shell", 10, () => shell.text.includes("shell-2"));

  proxy.hangAt(null);
  const begun = performance.now();
  /** Ends with the code, and soon. */
  async function refused(what: string, act: () => Promise<unknown>) {
    const from = performance.now();
    const code = await act().then(() => "nothing", (error: { code?: string }) => error.code ?? String(error));
    const took = (performance.now() - from) / 1000;
    if (code !== "DOCKER_SILENT") problems.push(`${what} ends with ${code}`);
    if (took > END_SECONDS) problems.push(`${what} took ${took.toFixed(1)} s`);
  }
  // Not where the engine would still do it: it is everybody's cache.
  if (how === "is started anew") await refused("emptying the build cache", () => client.doctor.fix({ id: "builds.prune" }));
  await refused("opening a terminal", () => client.terminals.openService({ serviceId, ...SIZE }));
  await refused("opening the logs", async () => {
    for await (const _ of await client.services.logs({ id: serviceId, tail: 100 }, { signal })) return;
  });
  const from = performance.now();
  const report = await client.doctor.check({ desktopTime: Date.now() });
  const doctor = (performance.now() - from) / 1000;
  if (doctor > DOCTOR_SECONDS) problems.push(`the doctor took ${doctor.toFixed(1)} s`);
  const engine = report.checks.find(({ id }) => id === "docker.engine");
  if (engine?.problem?.code !== "DOCKER_SILENT") problems.push(`the doctor says of Docker: ${engine?.problem?.code ?? engine?.state}`);
  await client.terminals.resize({ id: terminal.id, ...SIZE });
  await type("echo shell-$((2+1))\n");
  await client.terminals.close({ id: closedMeanwhile.id });
  await say(meanwhile);
  const slowest = await useWindow(agent, seen);
  if (logs.ended) problems.push(`the logs end in the silence: ${logs.failed ?? "without a word"}`);
  if (shell.ended) problems.push(`the terminal ends in the silence: ${shell.failed ?? "without a word"}`);
  const ended = (performance.now() - begun) / 1000;

  const back = await comeBack(lane, how, subject, null);
  await within("what was said in the silence", 10, () => logs.text.includes(meanwhile));
  await say(after);
  await within("a line after the silence", 10, () => logs.text.includes(after));
  if (logs.text.split(before).length !== 2) problems.push("a line comes twice");
  if (how === "goes on") await within("the shell after the silence", 10, () => shell.text.includes("shell-3"));
  else await within("the end of the shell", 10, () => shell.ended || shell.failed !== null);
  const again = await openLogs();
  await within("the logs opened again", 10, () => again.text.includes(after));
  if (how === "goes on") await client.terminals.close({ id: terminal.id });
  gone.abort();
  const shells = async () => (await docker(["top", container, "-o", "pid,args"])).split("\n").filter((line) => /\s(ba)?sh\b/.test(line));
  // Docker's own restart would end those that nobody can reach any more; here they outlive it.
  if (how === "goes on") await until("the end of the shells", async () => (await shells()).length === 0, { within: 10_000, signal: outer }).catch(async () => problems.push(`shells are left: ${(await shells()).join(" / ")}`));
  return { name: `logs, terminal and doctor, ${how}`, ended, slowest, repaired: back.repaired, problems: [...problems, ...back.problems] };
}
