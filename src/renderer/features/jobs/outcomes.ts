import { useEffect, useRef } from "react";
import { toast } from "sonner";
import type { Job } from "@aeroplane/agent/contract";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { isRunning, useJobs } from "../../data/agent.ts";

const done: Record<Job["kind"], string> = {
  deploy: "is live",
  stop: "stopped",
  start: "started",
  restart: "restarted",
  "delete-service": "deleted",
  "delete-project": "deleted",
};
export const doing: Record<Job["kind"], string> = {
  deploy: "Deploy",
  stop: "Stop",
  start: "Start",
  restart: "Restart",
  "delete-service": "Delete",
  "delete-project": "Delete",
};

const none: Server = { id: "", name: "", kind: "ssh", login: null, tags: [], connection: { state: "offline" }, hello: null, lastSeenAt: null, notice: null };

/** Tells of the end of every job that was seen running. The job itself keeps the error. */
export function useOutcomes(server: Server | undefined) {
  const { data } = useJobs(server ?? none);
  const running = useRef(new Map<string, string>());
  useEffect(() => {
    if (!server || !data) return;
    for (const job of data) {
      if (isRunning(job)) running.current.set(job.id, server.id);
      else if (running.current.get(job.id) === server.id) {
        running.current.delete(job.id);
        tell(job);
      }
    }
  }, [data, server]);
}

function tell(job: Job) {
  const { serviceId, tab, deploymentId } = useView.getState();
  // Whoever watches the deployment itself has seen it end.
  if (job.kind === "deploy" && job.serviceId === serviceId && tab === "deployments" && !deploymentId) return;
  const show = job.serviceId && job.projectId ? { label: "Show", onClick: () => (go.project(job.projectId!), go.service(job.serviceId, "deployments")) } : undefined;
  if (job.state === "succeeded") toast.success(`${job.subject} ${done[job.kind]}`);
  else if (job.state === "cancelled") toast(`${doing[job.kind]} of ${job.subject} cancelled`);
  else toast.error(`${doing[job.kind]} of ${job.subject} failed`, { description: job.problem?.message, action: show, duration: 8000 });
}
