import type { DeployDeps } from "../deploy/deps.ts";
import { listContainers } from "../docker/container.ts";
import { ordinalOf } from "../docker/names.ts";
import { readOutput, type OutputLine } from "../docker/output.ts";
import { listArchives, shortContainer } from "./archive.ts";
import { readArchive } from "./archived.ts";

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
  const found = await listContainers(docker, instanceId, serviceId);
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

/** The last lines of one output, oldest first. */
export async function tailOf({ docker }: DeployDeps, output: Output, count: number): Promise<OutputLine[]> {
  const lines: OutputLine[] = [];
  const source = output.archive === null ? readOutput(docker, output.container, { tail: count }) : readArchive(output.archive);
  for await (const line of source) {
    lines.push(line);
    if (lines.length > 2 * count) lines.splice(0, lines.length - count);
  }
  return count === 0 ? [] : lines.slice(-count);
}
