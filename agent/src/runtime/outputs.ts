import type { DeployDeps } from "../deploy/deps.ts";
import { listContainers } from "../docker/container.ts";
import { ordinalOf } from "../docker/names.ts";
import { readableTail } from "../docker/output-kept.ts";
import { DamagedOutput, readOutput, type OutputLine } from "../docker/output.ts";
import { listArchives, shortContainer } from "./archive.ts";
import { readArchive } from "./archived.ts";
import { behind, nanosOf, NOTHING_READ, type Position } from "./position.ts";
import { ALL, MORE } from "./tails.ts";

/** The output of one container, wherever it is kept. */
export type Output = {
  container: string;
  createdAt: number;
  release: string;
  /** Which of its release's instances; null: from before there were several. */
  ordinal: number | null;
  /** Null: still with Docker. */
  archive: string | null;
};

/** All outputs of a service that are kept, oldest container first. Throws where Docker does not answer: what it has is not nothing. */
export async function listOutputs({ docker, paths, instanceId }: DeployDeps, serviceId: string): Promise<Output[]> {
  // What a command says that is run once stands in its own log.
  const found = (await listContainers(docker, instanceId, serviceId)).filter(({ owner }) => !owner.once);
  const outputs = new Map<string, Output>();
  for (const { path, createdAt, container, release, ordinal } of await listArchives(paths.logsOf(serviceId))) {
    outputs.set(container, { container, createdAt, release, ordinal, archive: path });
  }
  for (const { id, createdAt, owner } of found) {
    const container = shortContainer(id);
    outputs.set(container, { container, createdAt, release: owner.release ?? "unknown", ordinal: ordinalOf(owner), archive: null });
  }
  return [...outputs.values()].sort((a, b) => a.createdAt - b.createdAt);
}

/** Of the last lines no more than so many characters are held, unless one line is longer. */
const TAIL_CHARS = 1_000_000;

type Tail = { lines: OutputLine[]; position: Position };

/** The last lines of one output that have an end, oldest first, and the position behind them. */
export async function tailOf({ docker }: Pick<DeployDeps, "docker">, output: Output, count: number): Promise<Tail> {
  if (output.archive !== null) return (await lastOfLines(readArchive(output.archive), count)).tail;
  const last = (tail?: number) => lastOfLines(readOutput(docker, output.container, { tail }), count);
  try {
    // One in which the tail begins is only a part, maybe. It bears the stamp of its beginning, and what the other stream says
    // in between may be told before it: so one more is asked for, and many more where lines are long.
    for (let asked = count + 1; asked < ALL; asked *= MORE) {
      const { tail, firstStamp, total } = await last(asked);
      if (total > count && tail.position.nanos > nanosOf(firstStamp) && tail.lines.every(({ stamp }) => stamp > firstStamp)) return tail;
    }
    return (await last()).tail;
  } catch (error) {
    if (!(error instanceof DamagedOutput)) throw error;
    const readable = await readableTail(docker, output.container);
    return readable === 0 ? { lines: [], position: NOTHING_READ } : (await last(readable)).tail;
  }
}

async function lastOfLines(source: AsyncIterable<OutputLine>, count: number): Promise<{ tail: Tail; firstStamp: string; total: number }> {
  const lines: OutputLine[] = [];
  let chars = 0;
  let position = NOTHING_READ;
  let firstStamp = "";
  let total = 0;
  for await (const line of source) {
    if (line.open) continue;
    total += 1;
    if (total === 1) firstStamp = line.stamp;
    position = behind(position, line.stamp);
    lines.push(line);
    chars += line.text.length;
    while (lines.length > 1 && chars > TAIL_CHARS) chars -= lines.shift()!.text.length;
    if (lines.length > 2 * count + 1) for (const gone of lines.splice(0, lines.length - count)) chars -= gone.text.length;
  }
  return { tail: { lines: lines.slice(Math.max(0, lines.length - count)), position }, firstStamp, total };
}
