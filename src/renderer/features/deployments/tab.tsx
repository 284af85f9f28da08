import { RocketIcon } from "lucide-react";
import type { Deployment, Service } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useDeployments } from "../../data/agent.ts";
import { hasEnded, strangeState } from "../../data/jobs.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { branchOf } from "../../shapes/sources.ts";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Empty, Note, ProblemNote } from "../../ui/note.tsx";
import { State } from "../../ui/state.tsx";
import { Age, Line, Skeleton } from "../../ui/text.tsx";
import { servingLine } from "../services/states.ts";
import { SiteLink } from "../services/site-link.tsx";
import { CrashNote } from "../services/crash-note.tsx";
import { Standing } from "../services/standing.tsx";
import { StateNote } from "../services/state-note.tsx";
import { UnseenNote } from "../services/unseen-note.tsx";
import { SaveJobLog } from "../logs/save-button.tsx";
import { LogViewer } from "../logs/viewer.tsx";
import { useLines } from "../logs/stream.ts";
import { Runs } from "../runs/list.tsx";
import { Earlier } from "./earlier.tsx";
import { DeploymentSteps } from "./steps.tsx";
import { reasonsOf, titleOf } from "./words.ts";

/** The newest deployment, or the chosen one, whole; the earlier ones below it. */
export function DeploymentsTab({ server, service }: { server: Server; service: Service }) {
  const chosen = useView((view) => view.deploymentId);
  const deployments = useDeployments(server, service);
  const list = deployments.data ?? (service.lastDeployment ? [service.lastDeployment] : []);
  const shown = list.find((each) => each.id === chosen) ?? list[0];
  if (deployments.isError && !shown) {
    return (
      <div className="p-5">
        <ProblemNote problem={problemOf(deployments.error)} detail onRetry={() => void deployments.refetch()} />
      </div>
    );
  }
  if (!shown && deployments.isLoading) {
    return (
      <div aria-busy className="flex flex-col gap-3 p-5">
        <Skeleton className="h-5 w-2/3" />
        <Skeleton className="h-40 !rounded-lg" />
      </div>
    );
  }
  if (!shown) {
    return (
      <Empty
        title="Not deployed yet"
        act={
          <Button kind="primary" icon={<Icon of={RocketIcon} />} disabled={!answers(server)} refused={refusedTo(server, "deployer")} onClick={() => action("service.deploy").run(readContext({ service }))}>
            Deploy
          </Button>
        }
      >
        The first deployment fetches the source, makes a release and brings it live.
      </Empty>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <UnseenNote service={service} />
      <CrashNote service={service} />
      <StateNote service={service} />
      <Standing server={server} service={service} />
      <Serving server={server} service={service} />
      <Detail key={shown.id} server={server} service={service} deployment={shown} alone={list.length === 1} />
      {list.length > 1 && <Earlier server={server} service={service} list={list} shown={shown.id} more={deployments.hasNextPage ? () => void deployments.fetchNextPage() : null} />}
      {service.traits.runsOnce === true && <Runs server={server} service={service} />}
    </div>
  );
}

/** What goes on serving while a deployment runs, and where it opens. */
function Serving({ server, service }: { server: Server; service: Service }) {
  const release = service.liveRelease;
  if (servingLine(service) === null || release === null) return null;
  return (
    <section aria-label="Live release" className="flex min-h-9 shrink-0 items-center gap-2.5 border-b border-line px-5 text-xs text-text-2">
      <span className="shrink-0">Live release</span>
      <button type="button" onClick={() => go.deployment(release.deploymentId)} className="flex min-w-0 flex-1 items-center gap-2 rounded-sm text-left text-xs hover:text-text hover:underline">
        {release.commit && <span className="shrink-0 font-mono">{release.commit.sha.slice(0, 7)}</span>}
        <Line className="text-xs">{release.commit?.message ?? release.image ?? "Its deployment"}</Line>
      </button>
      <SiteLink server={server} service={service} />
    </section>
  );
}

type DetailProps = { server: Server; service: Service; deployment: Deployment; alone: boolean };

function Detail({ server, service, deployment, alone }: DetailProps) {
  const buffer = useLines((after, signal) =>
    client.agent.deployments.log({ id: deployment.id, after }, { context: { serverId: server.id }, signal }),
  );
  const branch = branchOf(service);
  const strange = strangeState(deployment);
  return (
    <div className={classes("flex shrink-0 flex-col px-5 pt-3 pb-5", alone ? "min-h-full" : "min-h-[calc(100%-132px)]")}>
      <div className="mb-2 flex min-h-7 items-center gap-2.5">
        {deployment.commit && <span className="shrink-0 font-mono text-xs">{deployment.commit.sha.slice(0, 7)}</span>}
        <Line className="flex-1">{titleOf(deployment)}</Line>
        {strange !== null && <State tone="idle">{strange}</State>}
        <span className="shrink-0 text-xs whitespace-nowrap text-text-2">
          {[...reasonsOf(deployment), branch !== null && branch.length < 24 && branch].filter(Boolean).map((word) => `${word} · `).join("")}
          <Age at={deployment.createdAt} ago />
        </span>
      </div>
      <DeploymentSteps deployment={deployment} />
      <div className="mt-2 flex flex-col gap-2 empty:hidden">
        {deployment.problem && <ProblemNote problem={deployment.problem} detail tone={deployment.state === "cancelled" ? "warn" : "bad"} />}
        {deployment.state === "failed" && service.liveRelease && service.state === "live" && (
          <Note>The release from before keeps serving.</Note>
        )}
        {deployment.warnings.map((warning) => (
          <ProblemNote key={warning.code + warning.message} problem={warning} tone="warn" />
        ))}
      </div>
      <LogViewer
        buffer={buffer}
        label="Build log"
        empty={hasEnded(deployment) ? "This deployment left no log." : "Waiting for the first line."}
        acts={<SaveJobLog server={server} of="deployment" id={deployment.id} />}
        className="mt-3 min-h-56 flex-1"
      />
    </div>
  );
}
