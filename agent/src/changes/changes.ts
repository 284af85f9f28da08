import { randomBytes } from "node:crypto";
import type { Change } from "../../contract/index.ts";

const KEPT = 1024;
const GATHER_MS = 30;

export type ChangeBatch = { cursor: string; items: Change[]; reset: boolean };
export type Changes = {
  emit(change: Change): void;
  watch(after: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<ChangeBatch>;
};

/** Where something lies, as its change says it. */
export type Place = Pick<Change, "projectId" | "environmentId" | "serviceId">;
export const ownerOf = ({ projectId, environmentId, serviceId }: Place): Place => ({ projectId, environmentId, serviceId });
export const placeOf = ({ id, projectId, environmentId }: { id: string; projectId: string; environmentId: string }): Place => ({ projectId, environmentId, serviceId: id });
export const NOWHERE: Place = { projectId: null, environmentId: null, serviceId: null };

/** What changed lately, in memory. A cursor of another life of the agent, or one too old, answers `reset`. */
export function createChanges(): Changes {
  const life = randomBytes(6).toString("hex");
  const ring: Change[] = [];
  let next = 0;
  const waiting = new Set<() => void>();

  function since(position: number): Change[] {
    const unique = new Map<string, Change>();
    for (const change of ring.slice(position - next)) unique.set(`${change.entity} ${change.id}`, change);
    return [...unique.values()];
  }
  function start(after: string | undefined): { position: number; reset: boolean } {
    if (after === undefined) return { position: next, reset: false };
    const [of, at] = after.split(".");
    const position = Number(at);
    const known = of === life && Number.isInteger(position) && position <= next && position >= next - ring.length;
    return known ? { position, reset: false } : { position: next, reset: true };
  }
  const changed = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        waiting.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      waiting.add(wake);
      signal?.addEventListener("abort", wake, { once: true });
    });

  return {
    emit(change) {
      ring.push(change);
      next += 1;
      if (ring.length > KEPT) ring.splice(0, ring.length - KEPT);
      for (const wake of waiting) wake();
    },
    async *watch(after, signal) {
      let { position, reset } = start(after);
      // The first batch comes at once: it hands out the cursor from which nothing is missed.
      let upTo = next;
      yield { cursor: `${life}.${upTo}`, items: position === upTo ? [] : since(position), reset };
      position = upTo;
      while (!signal?.aborted) {
        if (position === next) await changed(signal);
        if (signal?.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
        const lost = position < next - ring.length;
        const items = lost ? [] : since(position);
        upTo = next;
        yield { cursor: `${life}.${upTo}`, items, reset: lost };
        position = upTo;
      }
    },
  };
}
