import { useEffect, useState } from "react";
import type { FileEntry, Problem, Volume } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { problemOf } from "../../data/problem.ts";
import { isGoing, uploadFile, useTransfers } from "../../data/transfers.ts";
import { oldFiles } from "../../data/volume-files.ts";
import { ofVolume } from "../../data/volumes.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { Bar } from "../../ui/state.tsx";
import { Line } from "../../ui/text.tsx";
import { lineOf } from "../transfers/words.ts";
import { asWritten, within } from "./paths.ts";

/** Names that are there already. */
export const replacedBy = (files: readonly File[], entries: readonly FileEntry[]): string[] => {
  const there = new Set(entries.map(({ name }) => name));
  return files.flatMap(({ name }) => (there.has(asWritten(name)) ? [name] : []));
};

type Begun = { ids: ReadonlySet<string>; /** Files that have not begun. */ waiting: number; problem: Problem | null };
type Uploading = Begun & { begin: (files: File[]) => void; dismiss: () => void };

/** Into the folder that is looked at when they begin, one after the other: each is one transfer of the list. */
export function useUploads(server: Server, volume: Volume, path: string): Uploading {
  const [{ ids, waiting, problem }, setBegun] = useState<Begun>({ ids: new Set(), waiting: 0, problem: null });
  const begin = (files: File[]) => {
    setBegun((before) => ({ ...before, waiting: before.waiting + files.length, problem: null }));
    void (async () => {
      for (const file of files) {
        const began = (id: string) => setBegun((before) => ({ ...before, ids: new Set([...before.ids, id]), waiting: before.waiting - 1 }));
        let has = false;
        await uploadFile(server, ofVolume(volume), within(path, asWritten(file.name)), file, (id) => ((has = true), began(id))).catch((error: unknown) =>
          setBegun((before) => ({ ...before, waiting: has ? before.waiting : before.waiting - 1, problem: problemOf(error) })),
        );
      }
    })();
  };
  return { ids, waiting, problem, begin, dismiss: () => setBegun((before) => ({ ...before, problem: null })) };
}

/** Its button goes with it: the keyboard goes on among the files. */
function cancel(id: string, button: HTMLElement): void {
  const files = button.closest<HTMLElement>("[data-files]");
  (files?.querySelector<HTMLElement>('[data-file][tabindex="0"]') ?? files)?.focus();
  void client.transfers.cancel({ id }).catch(() => {});
}

/** What is on its way into this volume, above its files. */
export function Uploads({ server, volume, uploads }: { server: Server; volume: Volume; uploads: Uploading }) {
  const own = useTransfers(server).filter(({ id }) => uploads.ids.has(id));
  const going = own.filter(isGoing);
  const done = own.filter(({ state }) => state === "done").length;
  useEffect(() => {
    if (done > 0) oldFiles(server.id, volume.id);
  }, [done, server.id, volume.id]);
  if (going.length === 0 && uploads.waiting === 0 && uploads.problem === null) return null;
  return (
    <section aria-label="Uploads" className="flex shrink-0 flex-col gap-2 border-b border-line bg-sunken px-5 py-3">
      {uploads.problem && (
        <ProblemNote
          problem={uploads.problem}
          actions={
            <Button small onClick={uploads.dismiss}>
              Dismiss
            </Button>
          }
        />
      )}
      {going.map((transfer) => (
        <div key={transfer.id} className="flex items-center gap-3">
          <div className="min-w-0 flex-1">
            <div className="mb-1.5 flex items-baseline gap-2 text-xs">
              <Line className="flex-1 text-xs font-medium">{transfer.name}</Line>
              <span className="tabular shrink-0 text-text-2">{lineOf(transfer)}</span>
            </div>
            <Bar value={transfer.size === 0 ? null : transfer.done / transfer.size} label={`Upload of ${transfer.name}`} />
          </div>
          <Button small aria-label={`Cancel the upload of ${transfer.name}`} onClick={(event) => cancel(transfer.id, event.currentTarget)}>
            Cancel
          </Button>
        </div>
      ))}
      {uploads.waiting > 0 && <p className="tabular text-xs text-text-2">{uploads.waiting === 1 ? "1 more file waits" : `${uploads.waiting} more files wait`}</p>}
    </section>
  );
}
