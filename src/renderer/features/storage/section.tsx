import type { CleanupPreview, Job, StoragePart } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import type { Server } from "../../../contract/index.ts";
import { endOf, hasEnded, lineOf } from "../../data/jobs.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { useCleanup, useCleanupPreview, useHasStorage } from "../../data/storage.ts";
import { bytes } from "../../data/time.ts";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";

/** What of the disk is used by what is kept for a while; hidden where the agent keeps no budgets. */
export function StorageSection({ server }: { server: Server }) {
  const has = useHasStorage(server);
  const { data: preview, error, refetch } = useCleanupPreview(server, "budgets");
  const cleanup = useCleanup(server);
  const away = !answers(server);
  if (!has || (away && !preview && !error)) return null;
  const open = (id: string) => action(id).run(readContext({ server }));
  return (
    <section aria-label="Storage">
      <div className="mb-2 flex items-center gap-2">
        <h3 className="flex-1 text-xs font-medium text-text-2">Storage</h3>
        <Button small kind="quiet" disabled={away} refused={refusedTo(server, "owner")} onClick={() => open("server.storage")}>
          Budgets…
        </Button>
        <Button small disabled={away} refused={refusedTo(server, "deployer")} onClick={() => open("server.cleanup")}>
          Clean up…
        </Button>
      </div>
      {error && !preview && <ProblemNote problem={problemOf(error)} onRetry={() => void refetch()} />}
      {!preview && !error && <Skeleton className="h-40 !rounded-lg" />}
      {preview && (
        <div className="divide-y divide-line rounded-lg border border-line bg-surface shadow-card">
          <Disk preview={preview} />
          <ul className="divide-y divide-line">
            {preview.parts.map((part) => (
              <Part key={part.part} part={part} />
            ))}
          </ul>
          {cleanup && <Last job={cleanup} />}
        </div>
      )}
    </section>
  );
}

/** Colours mean a state or an act: here the darkest is the most. */
const inks = ["bg-text", "bg-text/75", "bg-text/55", "bg-text/40", "bg-text/30"];
const inkOf = (at: number) => inks[Math.min(at, inks.length - 1)]!;

/** The largest first, in the bar as in the list of inks. */
function Disk({ preview: { disk, parts, mark } }: { preview: CleanupPreview }) {
  const shown = parts.toSorted((a, b) => b.bytes - a.bytes).filter((part) => part.bytes > 0);
  const share = (part: number) => `${Math.min(100, (100 * part) / Math.max(1, disk.total))}%`;
  const used = disk.total - disk.free;
  const other = Math.max(0, used - shown.reduce((sum, part) => sum + part.bytes, 0));
  return (
    <div className="flex flex-col gap-2.5 px-4 py-3">
      <div role="img" aria-label={`${bytes(used)} of ${bytes(disk.total)} used`} className="flex h-2 gap-px overflow-hidden rounded-full bg-sunken">
        {shown.map((part, at) => (
          <span key={part.part} className={classes("h-full", inkOf(at))} style={{ width: share(part.bytes) }} />
        ))}
        <span className="h-full bg-line-2" style={{ width: share(other) }} />
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-text-2">
        {shown.map((part, at) => (
          <Key key={part.part} ink={inkOf(at)} words={`${part.words.name} ${bytes(part.bytes)}`} />
        ))}
        <Key ink="bg-line-2" words={`Everything else ${bytes(other)}`} />
        <li className="tabular">{`${bytes(disk.free)} free${disk.free < mark ? `, less than the ${bytes(mark)} that a cleanup keeps` : ""}`}</li>
      </ul>
    </div>
  );
}

function Key({ ink, words }: { ink: string; words: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden className={classes("size-2 rounded-full", ink)} />
      <span className="tabular">{words}</span>
    </li>
  );
}

function Part({ part: { words, bytes: used, budget, unknown } }: { part: StoragePart }) {
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-4 px-4 py-1.5">
      <span className="w-32 shrink-0">{words.name}</span>
      <span className="min-w-0 flex-1 text-xs text-text-2 [overflow-wrap:anywhere]">{unknown ?? words.about}</span>
      <span className="tabular text-xs">{unknown === null ? `${bytes(used)}${budget === null ? "" : ` of ${bytes(budget)}`}` : "not known"}</span>
    </li>
  );
}

/** What a cleanup does, or what came of the last one. */
function Last({ job }: { job: Job }) {
  const said = job.steps.findLast(({ detail }) => detail !== null)?.detail;
  const line = hasEnded(job) ? (job.state === "succeeded" ? `Last cleanup: ${said ?? "nothing had to go"}` : endOf(job).words) : (lineOf(job) ?? "Cleaning up");
  return (
    <p role="status" className="px-4 py-2 text-xs text-text-2">
      {line}
    </p>
  );
}
