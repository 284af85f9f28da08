import { CopyIcon, EyeIcon, GitCompareIcon, MoreHorizontalIcon, PinIcon, PinOffIcon, RotateCcwIcon, Undo2Icon } from "lucide-react";
import type { Deployment, Release, Service } from "@aeroplane/agent/contract";
import { readContext } from "../../actions/context.ts";
import { parted } from "../../actions/index.ts";
import { pinRelease, redeploy } from "../../actions/service.ts";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useReleases } from "../../data/agent.ts";
import { signOf, strangeState } from "../../data/jobs.ts";
import { may } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { duration } from "../../data/time.ts";
import { branchOf } from "../../shapes/sources.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Menu, type MenuItem } from "../../ui/menu.tsx";
import { copyText } from "../../ui/note.tsx";
import { StepIcon } from "../../ui/state.tsx";
import { Age, Line } from "../../ui/text.tsx";
import { reasonsOf, titleOf } from "./words.ts";

type EarlierProps = { server: Server; service: Service; list: Deployment[]; shown: string; more: (() => void) | null };

/** All deployments of a service: what, by whom, why, and what can be done with each. */
export function Earlier({ server, service, list, shown, more }: EarlierProps) {
  const releases = new Map((useReleases(server, service).data ?? []).map((release) => [release.deploymentId, release]));
  return (
    <section aria-label="All deployments" className="shrink-0 border-t border-line px-3 pt-3 pb-4">
      <h3 className="px-2 pb-1 text-xs font-medium text-text-2">All deployments</h3>
      <ol>
        {list.map((deployment) => (
          <li key={deployment.id} className={classes("flex items-center rounded-md hover:bg-hover", deployment.id === shown && "bg-sunken")}>
            <button
              type="button"
              aria-current={deployment.id === shown}
              onClick={() => show(deployment, list)}
              className="flex h-9 min-w-0 flex-1 items-center gap-2.5 rounded-md px-2 text-left"
            >
              <Row deployment={deployment} live={deployment.id === service.liveRelease?.deploymentId} pinned={(releases.get(deployment.id)?.pinnedAt ?? null) !== null} />
            </button>
            <Menu
              items={itemsFor(server, service, deployment, list, releases.get(deployment.id))}
              trigger={
                <IconButton label={`Acts on the deployment ${deployment.commit?.sha.slice(0, 7) ?? titleOf(deployment)}`} className="!size-7">
                  <Icon of={MoreHorizontalIcon} />
                </IconButton>
              }
            />
          </li>
        ))}
      </ol>
      {more && (
        <Button small kind="quiet" className="mt-1" onClick={more}>
          Show older ones
        </Button>
      )}
    </section>
  );
}

const show = ({ id }: Deployment, list: readonly Deployment[]) => go.deployment(id === list[0]!.id ? null : id);

function Row({ deployment, live, pinned }: { deployment: Deployment; live: boolean; pinned: boolean }) {
  const failed = deployment.problem && deployment.state === "failed" ? deployment.problem : null;
  return (
    <>
      <StepIcon state={signOf(deployment)} />
      {deployment.commit && <span className="shrink-0 font-mono text-xs text-text-2">{deployment.commit.sha.slice(0, 7)}</span>}
      <span title={failed?.message ?? titleOf(deployment)} className="min-w-0 flex-1 truncate">
        {failed?.message ?? titleOf(deployment)}
      </span>
      {strangeState(deployment) !== null && <Line className="max-w-32 text-xs text-text-2">{deployment.state}</Line>}
      {reasonsOf(deployment).length > 0 && <Line className="max-w-36 shrink-0 text-xs text-text-2">{reasonsOf(deployment).join(" · ")}</Line>}
      {pinned && (
        <span title="No cleanup takes this release" className="inline-flex shrink-0 items-center gap-1 text-xs text-text-2">
          <Icon of={PinIcon} size={12} />
          Pinned
        </span>
      )}
      {live && <span className="shrink-0 text-xs font-medium text-ok">Live</span>}
      {deployment.endedAt !== null && <span className="tabular shrink-0 text-xs text-text-2">{duration(deployment.endedAt - deployment.createdAt)}</span>}
      <Age at={deployment.createdAt} className="w-14 text-right text-xs text-text-2" />
    </>
  );
}

function itemsFor(server: Server, service: Service, deployment: Deployment, list: readonly Deployment[], release: Release | undefined): MenuItem[] {
  const { commit, why } = deployment;
  const acts = answers(server) && may(server, "deployer");
  // An agent that does not say why would deploy the newest instead.
  const can = acts && commit !== null && why !== undefined && branchOf(service) !== null;
  return parted([
    { id: "show", name: "Show it", icon: EyeIcon, run: () => show(deployment, list) },
    ...(commit ? [{ id: "copy", name: "Copy the commit’s hash", icon: CopyIcon, run: () => void copyText(commit.sha).catch(() => {}) }] : []),
    "line",
    ...(release ? ofRelease(service, release, acts) : []),
    "line",
    ...(can ? [{ id: "redeploy", name: `Redeploy ${commit.sha.slice(0, 7)}`, icon: RotateCcwIcon, run: () => again(service, commit.sha) }] : []),
  ]);
}

/** What can be done with a release that is kept. */
function ofRelease(service: Service, { id: releaseId, live, pinnedAt }: Release, acts: boolean): MenuItem[] {
  const about = { serviceId: service.id, releaseId };
  const pinned = pinnedAt !== null;
  return [
    ...(live || !acts ? [] : [{ id: "back", name: "Roll back to it…", icon: Undo2Icon, run: () => go.open({ type: "roll-back", ...about }) }]),
    ...(live ? [] : [{ id: "compare", name: "Compare with what is live…", icon: GitCompareIcon, run: () => go.open({ type: "compare-releases", ...about }) }]),
    ...(acts ? [{ id: "pin", name: pinned ? "Unpin" : "Pin", icon: pinned ? PinOffIcon : PinIcon, run: () => pinRelease(releaseId, !pinned)(readContext({ service })) }] : []),
  ];
}

function again(service: Service, sha: string): void {
  go.deployment(null);
  redeploy(sha)(readContext({ service }));
}
