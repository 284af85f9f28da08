import { RocketIcon } from "lucide-react";
import type { Deployment, Service } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useDeployments } from "../../data/agent.ts";
import { hasEnded, signOf } from "../../data/jobs.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { duration } from "../../data/time.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { branchOf } from "../../shapes/sources.ts";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Empty, Note, ProblemNote } from "../../ui/note.tsx";
import { StepIcon } from "../../ui/state.tsx";
import { Age, Line, Skeleton } from "../../ui/text.tsx";
import { CrashNote } from "../services/crash-note.tsx";
import { Refusal } from "../refusal.tsx";
import { SaveLogButton } from "../logs/save-button.tsx";
import { LogViewer } from "../logs/viewer.tsx";
import { useLines } from "../logs/stream.ts";
import { DeploymentSteps } from "./steps.tsx";

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
      <Refusal />
      <CrashNote service={service} />
      <Detail key={shown.id} server={server} service={service} deployment={shown} alone={list.length === 1} />
      {list.length > 1 && <Earlier list={list} shown={shown.id} live={service.liveRelease?.deploymentId ?? null} more={deployments.hasNextPage ? () => void deployments.fetchNextPage() : null} />}
    </div>
  );
}

type DetailProps = { server: Server; service: Service; deployment: Deployment; alone: boolean };

function Detail({ server, service, deployment, alone }: DetailProps) {
  const buffer = useLines((after, signal) =>
    client.agent.deployments.log({ id: deployment.id, after }, { context: { serverId: server.id }, signal }),
  );
  const branch = branchOf(service);
  return (
    <div className={classes("flex shrink-0 flex-col px-5 pt-3 pb-5", alone ? "min-h-full" : "min-h-[calc(100%-132px)]")}>
      <div className="mb-2 flex min-h-7 items-center gap-2.5">
        {deployment.commit && <span className="shrink-0 font-mono text-xs">{deployment.commit.sha.slice(0, 7)}</span>}
        <Line className="flex-1">{titleOf(deployment)}</Line>
        <span className="shrink-0 text-xs whitespace-nowrap text-text-2">
          {branch !== null && branch.length < 24 && `${branch} · `}
          <Age at={deployment.createdAt} ago />
        </span>
      </div>
      <DeploymentSteps deployment={deployment} />
      <div className="mt-2 flex flex-col gap-2 empty:hidden">
        {deployment.problem && <ProblemNote problem={deployment.problem} detail />}
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
        acts={<SaveLogButton server={server} log={{ type: "deployment", id: deployment.id }} />}
        className="mt-3 min-h-56 flex-1"
      />
    </div>
  );
}

const titleOf = (deployment: Deployment) =>
  deployment.commit?.message ?? deployment.image ?? (deployment.state === "queued" ? "Waits for its turn" : "Deployment");

type EarlierProps = { list: Deployment[]; shown: string; live: string | null; more: (() => void) | null };

function Earlier({ list, shown, live, more }: EarlierProps) {
  return (
    <section aria-label="All deployments" className="shrink-0 border-t border-line px-3 pt-3 pb-4">
      <h3 className="px-2 pb-1 text-xs font-medium text-text-2">All deployments</h3>
      <ol>
        {list.map((deployment) => (
          <li key={deployment.id}>
            <button
              type="button"
              aria-current={deployment.id === shown}
              onClick={() => go.deployment(deployment.id === list[0]!.id ? null : deployment.id)}
              className={classes(
                "flex h-9 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover",
                deployment.id === shown && "bg-sunken",
              )}
            >
              <StepIcon state={signOf(deployment)} />
              {deployment.commit && <span className="shrink-0 font-mono text-xs text-text-2">{deployment.commit.sha.slice(0, 7)}</span>}
              <span title={deployment.problem?.message ?? titleOf(deployment)} className="min-w-0 flex-1 truncate">
                {deployment.problem && deployment.state === "failed" ? deployment.problem.message : titleOf(deployment)}
              </span>
              {deployment.id === live && <span className="shrink-0 text-xs font-medium text-ok">Live</span>}
              {deployment.endedAt !== null && (
                <span className="tabular shrink-0 text-xs text-text-2">{duration(deployment.endedAt - deployment.createdAt)}</span>
              )}
              <Age at={deployment.createdAt} className="w-20 text-right text-xs text-text-2" />
            </button>
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
