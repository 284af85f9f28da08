import { useState } from "react";
import type { CleanupPreview } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useAct } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { useSettings } from "../../data/settings.ts";
import { useCleanupPreview } from "../../data/storage.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { draftOf, figure, settingsOf, wrongIn, type Draft } from "./words.ts";

const fields: { name: keyof Draft; label: string; hint: string; unit: string; part?: string }[] = [
  { name: "releases", label: "Releases of each service", hint: "With the live one. Pinned ones are kept besides. Older ones go at once.", unit: "releases" },
  { name: "imagesBytes", label: "Images and sites", hint: "Of all releases together. Over it the oldest go; the last one before the live one stays.", unit: "GB", part: "releases" },
  { name: "cacheBytes", label: "Build cache", hint: "What builds of this server left. That of others on its Docker is never touched.", unit: "GB", part: "cache" },
  { name: "logsBytes", label: "Logs", hint: "Output of containers that are gone, of all services together.", unit: "GB", part: "logs" },
  { name: "freeBytes", label: "Clean up below", hint: "Free space under which a cleanup begins by itself and takes more than the budgets ask for.", unit: "GB free" },
];

/** How much is kept of what nobody needs now. */
export function BudgetsDialog({ server }: { server: Server }) {
  const settings = useSettings(server);
  const { data: preview } = useCleanupPreview(server, "budgets");
  const change = useAct(server, client.agent.instance.change);
  const [typed, setTyped] = useState<Draft | null>(null);
  const [tried, setTried] = useState(false);
  const draft = typed ?? (settings.data?.storage ? draftOf(settings.data.storage) : null);
  const wrong = draft ? wrongIn(draft) : {};
  const submit = () => {
    setTried(true);
    if (!draft || Object.keys(wrong).length > 0 || change.isPending || !settings.data) return;
    void change.mutateAsync({ ...settings.data, storage: settingsOf(draft) }).then(go.closeDialog, () => {});
  };
  return (
    <Dialog
      title={`Storage of ${server.name}`}
      about="A cleanup runs once a day and takes what is over these. What is live, pinned or in use is never taken."
      width={560}
      onClose={go.closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" working={change.isPending} disabled={!draft}>
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        {!draft && !settings.isError && (settings.data ? <Note>{`The agent of ${server.name} keeps no budgets yet. Upgrade it first.`}</Note> : <Skeleton className="h-64 !rounded-lg" />)}
        {draft &&
          fields.map(({ name, label, hint, unit, part }, at) => (
            <TextField
              key={name}
              autoFocus={at === 0}
              inputMode="decimal"
              label={label}
              hint={hint}
              unit={unit}
              placeholder={preview && name !== "releases" ? placeholderOf(preview, part) : undefined}
              value={draft[name]}
              onChange={(value) => setTyped({ ...draft, [name]: value })}
              error={tried ? wrong[name] : null}
            />
          ))}
        {settings.isError && <ProblemNote problem={problemOf(settings.error)} onRetry={() => void settings.refetch()} />}
        {change.isError && <ProblemNote problem={problemOf(change.error)} />}
      </div>
    </Dialog>
  );
}

/** What holds where nothing is set. */
function placeholderOf({ parts, mark }: CleanupPreview, part: string | undefined): string | undefined {
  const holds = part === undefined ? mark : parts.find((one) => one.part === part)?.budget;
  return holds == null ? undefined : `${figure(holds)}, as the server finds right`;
}
