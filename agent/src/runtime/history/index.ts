import { open, type FileHandle } from "node:fs/promises";
import type { LogPage } from "../../../contract/index.ts";
import { createTurns } from "../../../lane/turns.ts";
import type { HistoryAsked } from "../../api/needs.ts";
import type { DeployDeps } from "../../deploy/deps.ts";
import { firstLine } from "../../docker/output.ts";
import { listOutputs, type Output } from "../outputs.ts";
import { createArchiveBlocks } from "./archive-blocks.ts";
import { createCopies, type Opened } from "./copies.ts";
import { beginOf, pageOf } from "./history.ts";
import { decodeBoundary, type Place } from "./place.ts";
import type { Source } from "./source.ts";

/** Who asks beyond that waits: each has some megabytes in memory. */
const AT_ONCE = 3;

/** What is kept of services' output, to be read at any place: files of containers that are gone, and of the others copies of what Docker has. */
export function createHistory(deps: DeployDeps) {
  const { docker } = deps;
  const copies = createCopies({ docker, folder: deps.paths.logCopies });
  const blocksOf = createArchiveBlocks();
  const turn = createTurns(AT_ONCE);
  const ahead = createTurns(1);

  async function opened({ archive, container }: Output, upTo: string | null): Promise<Opened> {
    if (archive === null) return copies.open(container, upTo);
    copies.drop(container);
    const blocks = await blocksOf(archive);
    return { file: await open(archive, "r"), blocks };
  }

  /** Of the containers whose output would have to be copied first: those that have said nothing up to there, and when they began. */
  async function laterThan(place: Place, outputs: readonly Output[]): Promise<Map<string, string>> {
    const begun = new Map<string, string>();
    const uncopied = outputs.filter(({ archive, container }) => archive === null && !copies.isReady(container));
    await Promise.all(
      uncopied.map(async ({ container }) => {
        const first = await firstLine(docker, container).catch(() => null);
        if (first !== null && first.stamp > place.key.stamp) begun.set(container, first.stamp);
      }),
    );
    return begun;
  }

  async function answer(outputs: readonly Output[], asked: HistoryAsked, signal: AbortSignal | undefined): Promise<LogPage> {
    const files: FileHandle[] = [];
    try {
      const upTo = stampUpTo(asked);
      const sources = await Promise.all(
        outputs.map(async (output): Promise<Source | null> => {
          // It may be dropped, to make room, while we look.
          const found = await opened(output, upTo).catch((error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? null : Promise.reject(error)));
          if (found === null) return null;
          const { container, createdAt, release, ordinal } = output;
          files.push(found.file);
          return { container, createdAt, release, ordinal, blocks: found.blocks, read: readerOf(found.file) };
        }),
      );
      return await pageOf(sources.filter((source) => source !== null).sort(byAge), asked, signal);
    } finally {
      await Promise.all(files.map((file) => file.close()));
    }
  }

  /** What nobody has asked for yet takes one reading of Docker at a time from those who have. */
  async function prepare(container: string, signal?: AbortSignal): Promise<void> {
    const leave = await ahead(signal);
    try {
      await copies.prepare(container);
    } finally {
      leave();
    }
  }

  async function page(serviceId: string, asked: HistoryAsked, signal: AbortSignal | undefined): Promise<LogPage> {
    const leave = await turn(signal);
    try {
      const outputs = await listOutputs(deps, serviceId);
      const { direction, boundary } = beginOf(asked);
      const later = boundary.place === undefined || boundary.reach !== undefined ? new Map<string, string>() : await laterThan(boundary.place, outputs);
      if (later.size > 0) {
        const early = await answer(outputs.filter(({ container }) => !later.has(container)), asked, signal);
        // What is looked at next may be in them.
        for (const container of later.keys()) void prepare(container).catch(() => {});
        if (direction === "older" || endsBefore(early, [...later.values()])) return early;
      }
      return await answer(outputs, asked, signal);
    } finally {
      leave();
    }
  }

  return {
    /** A page of it; see the contract. Throws where Docker does not answer, and DISK_FULL where there is no room for a copy. */
    page,
    /** Somebody looks at what is said now, and may ask for what was said before; given up where they have gone before its turn. */
    async prepare(serviceId: string, signal?: AbortSignal): Promise<void> {
      for (const { archive, container } of await listOutputs(deps, serviceId)) if (archive === null) await prepare(container, signal);
    },
    start: () => void copies.clear().catch((error: unknown) => deps.note("copies of logs not removed", { error: String(error) })),
    close: () => copies.close(),
  };
}

/** A page towards what is newer goes on before any of those stamps. */
function endsBefore({ after }: LogPage, stamps: readonly string[]): boolean {
  const end = after === null ? undefined : decodeBoundary(after)?.place;
  return end !== undefined && stamps.every((stamp) => end.key.stamp < stamp);
}

/** Docker tells whole seconds: those of one second are in the order of their ids, always the same. */
const byAge = (a: Source, b: Source): number => a.createdAt - b.createdAt || (a.container < b.container ? -1 : 1);

/** Only what is said before that stamp is asked for; null: also what has been said just now. */
function stampUpTo({ before, after, moment }: HistoryAsked): string | null {
  if (after !== undefined || moment !== undefined || before === undefined) return null;
  const boundary = decodeBoundary(before);
  return boundary?.place === undefined || boundary.reach !== undefined ? null : boundary.place.key.stamp;
}

const readerOf = (file: FileHandle): Source["read"] =>
  async function read(offset, bytes) {
    const chunk = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await file.read(chunk, 0, bytes, offset);
    return chunk.subarray(0, bytesRead);
  };
