import { CheckIcon, ChevronDownIcon, CircleIcon } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Release, Service } from "@aeroplane/agent/contract";
import { readContext } from "../../actions/context.ts";
import { rollBack } from "../../actions/service.ts";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useReleases } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { age, useNow } from "../../data/time.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { ReleaseChanges } from "./changes.tsx";
import { releaseName } from "./release-words.ts";

type Props = { server: Server; service: Service; /** "newest": the newest that is not live. */ releaseId: string };

/** Back to a kept release: what changes with it, before it does. */
export function RollBackDialog({ server, service, releaseId }: Props) {
  const releases = useReleases(server, service);
  const [chosen, setChosen] = useState(releaseId === "newest" ? null : releaseId);
  const kept = (releases.data ?? []).filter(({ live }) => !live);
  const live = releases.data?.find((release) => release.live);
  // From then on it is what was shown, whatever goes live meanwhile.
  if (chosen === null && kept[0]) setChosen(kept[0].id);
  const to = kept.find(({ id }) => id === chosen);
  const submit = () => {
    if (!to || !answers(server)) return;
    go.closeDialog();
    go.deployment(null);
    rollBack(to.id)(readContext({ service }));
  };
  return (
    <Dialog
      title={`Roll back ${service.name}`}
      about="The release comes back with its own image, settings and variables. Nothing is fetched or built, and what serves now goes on until it answers. What is set for the next deployment stays."
      width={640}
      onClose={go.closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={!to || !answers(server)} refused={refusedTo(server, "deployer")}>
            Roll back
          </Button>
        </>
      }
    >
      <Body releases={releases}>
        {kept.length > 0 ? (
          <>
            {chosen !== null && !to && <Note>{live?.id === chosen ? "The release that was chosen is live now. Choose another one." : "The release that was chosen is not kept any more. Choose another one."}</Note>}
            <Chosen label="To" releases={kept} chosen={to} onChange={setChosen} />
            {live && to && <ReleaseChanges server={server} service={service} from={live} to={to} />}
          </>
        ) : (
          <Note>No other release of {service.name} is kept.</Note>
        )}
      </Body>
    </Dialog>
  );
}

/** Two kept releases side by side; from the live one where there is one. */
export function CompareDialog({ server, service, releaseId }: Props) {
  const releases = useReleases(server, service);
  const all = releases.data ?? [];
  const live = all.find((release) => release.live) ?? all[0];
  const [ends, setEnds] = useState<{ from: string | null; to: string }>({ from: null, to: releaseId });
  const from = all.find(({ id }) => id === ends.from) ?? live;
  const to = all.find(({ id }) => id === ends.to) ?? all.find(({ id }) => id !== from?.id);
  return (
    <Dialog title={`Compare releases of ${service.name}`} about="In what one differs from the other. No value of a variable is shown." width={640} easy onClose={go.closeDialog} footer={<Button onClick={go.closeDialog}>Close</Button>}>
      <Body releases={releases}>
        {from && to ? (
          <>
            <div className="grid grid-cols-2 gap-3">
              <Chosen label="From" releases={all} chosen={from} onChange={(id) => setEnds({ from: id, to: to.id })} />
              <Chosen label="To" releases={all} chosen={to} onChange={(id) => setEnds({ from: from.id, to: id })} />
            </div>
            <ReleaseChanges server={server} service={service} from={from} to={to} />
          </>
        ) : (
          <Note>No other release of {service.name} is kept.</Note>
        )}
      </Body>
    </Dialog>
  );
}

function Body({ releases, children }: { releases: ReturnType<typeof useReleases>; children: ReactNode }) {
  if (releases.isError) return <ProblemNote problem={problemOf(releases.error)} onRetry={() => void releases.refetch()} />;
  return <div className="flex flex-col gap-3">{releases.data === undefined ? <Skeleton className="h-40 !rounded-lg" /> : children}</div>;
}

/** One of the kept releases, out of a menu. */
export function Chosen({ label, releases, chosen, onChange }: { label: string; releases: Release[]; chosen: Release | undefined; onChange: (id: string) => void }) {
  const now = useNow();
  const words = (release: Release) => [release.live && "Live", release.pinnedAt !== null && "Pinned", releaseName(release), age(release.createdAt, now)].filter(Boolean).join(" · ");
  const shown = chosen ? words(chosen) : "Choose a release";
  return (
    <div className="min-w-0">
      <span className="mb-1.5 block text-xs font-medium text-text-2">{label}</span>
      <Menu
        align="start"
        items={releases.map((release) => ({ id: release.id, name: words(release), icon: release.id === chosen?.id ? CheckIcon : CircleIcon, run: () => onChange(release.id) }))}
        trigger={
          <button
            type="button"
            aria-label={`${label}: ${shown}`}
            title={shown}
            className="flex h-[34px] w-full min-w-0 items-center gap-2 rounded-md border border-line-2 bg-control px-3 text-left shadow-card hover:bg-sunken"
          >
            <span className="min-w-0 flex-1 truncate">{shown}</span>
            <Icon of={ChevronDownIcon} size={14} className="text-text-3" />
          </button>
        }
      />
    </div>
  );
}
