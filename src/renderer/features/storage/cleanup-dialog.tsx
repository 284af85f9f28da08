import { useState } from "react";
import { MOST_CLEANED, type CleanupPreview, type StoragePart } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useAct } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { useSettings } from "../../data/settings.ts";
import { useCleanupPreview } from "../../data/storage.ts";
import { age, bytes, useNow } from "../../data/time.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Segments } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";

type Reach = "budgets" | "all";
const about: Record<Reach, string> = {
  budgets: "Takes the oldest until everything is within its budget.",
  all: "Takes everything that nobody needs now, also the releases that a service could go back to.",
};

/** What a cleanup would take, and a yes to that alone. */
export function CleanupDialog({ server }: { server: Server }) {
  const [reach, setReach] = useState<Reach>("budgets");
  const { data: preview, error, isPlaceholderData: isOther, refetch } = useCleanupPreview(server, reach);
  const { data: settings } = useSettings(server);
  const has = settings === undefined || settings.storage !== undefined;
  const cleanup = useAct(server, client.agent.instance.cleanup);
  const asked = preview && !isOther ? preview : undefined;
  const items = (asked?.parts ?? []).flatMap(({ part, items: own }) => own.map(({ id }) => ({ part, id }))).slice(0, MOST_CLEANED);
  const submit = () => {
    if (items.length === 0 || cleanup.isPending || !answers(server)) return;
    void cleanup.mutateAsync({ items }).then(go.closeDialog, () => {});
  };
  return (
    <Dialog
      title={`Clean up ${server.name}`}
      about="What is live, pinned or in use stays, and so does everything that Aeroplane did not make. What is needed by the time it is its turn stays too."
      width={640}
      onClose={go.closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="danger-primary" type="submit" disabled={items.length === 0 || !answers(server)} working={cleanup.isPending} refused={refusedTo(server, "deployer")}>
            Clean up
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        <div className="flex flex-col gap-1.5">
          <Segments label="How much" value={reach} onChange={setReach} items={[{ value: "budgets", label: "Down to the budgets" }, { value: "all", label: "All that can go" }]} />
          <p className="text-xs text-text-3">{about[reach]}</p>
        </div>
        {!has && <Note>{`The agent of ${server.name} keeps no budgets yet. Upgrade it first.`}</Note>}
        {has && !asked && !error && (answers(server) ? <Skeleton className="h-40 !rounded-lg" /> : <Note tone="warn">{`${server.name} is not connected.`}</Note>)}
        {asked && <Taken preview={asked} />}
        {error && !asked && <ProblemNote problem={problemOf(error)} onRetry={() => void refetch()} />}
        {cleanup.isError && <ProblemNote problem={problemOf(cleanup.error)} />}
      </div>
    </Dialog>
  );
}

function Taken({ preview }: { preview: CleanupPreview }) {
  const taken = preview.parts.filter(({ items }) => items.length > 0);
  const unknown = preview.parts.filter((part) => part.unknown !== null);
  return (
    <>
      {taken.length === 0 && <Note>{unknown.length > 0 ? "Nothing can be told of some of it now." : "Nothing has to go: everything is within its budget."}</Note>}
      {taken.length > 0 && (
        <ul aria-label="What goes" tabIndex={0} className="max-h-72 divide-y divide-line overflow-y-auto rounded-lg border border-line">
          {taken.map((part) => (
            <Part key={part.part} part={part} />
          ))}
        </ul>
      )}
      {taken.length > 0 && <p className="tabular text-xs text-text-2">{`At least ${bytes(preview.bytes)} come free. What others hold too, as layers of other images, is not counted.`}</p>}
    </>
  );
}

/** The names that a person reads; of more how many there are besides. */
const MOST_NAMED = 50;

function Part({ part: { words, items } }: { part: StoragePart }) {
  const now = useNow(60_000);
  const rest = items.length - MOST_NAMED;
  return (
    <li className="px-3 py-2">
      <div className="flex items-baseline gap-3">
        <span className="flex-1 font-medium">{words.name}</span>
        <span className="tabular text-xs text-text-2">{`${items.length} · ${bytes(items.reduce((sum, item) => sum + item.bytes, 0))}`}</span>
      </div>
      <ul className="mt-1 flex flex-col gap-0.5 text-xs text-text-2">
        {items.slice(0, MOST_NAMED).map((item) => (
          <li key={item.id} className="flex items-baseline gap-3">
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{item.name}</span>
            {item.at > 0 && <span className="tabular shrink-0">{age(item.at, now)}</span>}
            <span className="tabular w-16 shrink-0 text-right">{item.bytes > 0 ? bytes(item.bytes) : "shared"}</span>
          </li>
        ))}
        {rest > 0 && <li>{`and ${rest} more`}</li>}
      </ul>
    </li>
  );
}
