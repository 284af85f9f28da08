import { useEffect, useRef } from "react";
import { toast } from "sonner";
import type { Job } from "@aeroplane/agent/contract";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useJobs } from "../../data/agent.ts";
import { hasEnded } from "../../data/jobs.ts";

const none: Server = { id: "", name: "", kind: "ssh", login: null, tags: [], connection: { state: "offline" }, hello: null, lastSeenAt: null, notice: null };

/** Tells of the end of every job that ends while the window looks, however short it was. The job itself keeps the error. */
export function useOutcomes(server: Server | undefined) {
  const { data } = useJobs(server ?? none);
  /** Of each server, those that had ended when they were looked at before. */
  const known = useRef(new Map<string, Set<string>>());
  useEffect(() => {
    if (!server || !data) return;
    const ended = data.filter(hasEnded);
    const before = known.current.get(server.id);
    known.current.set(server.id, new Set([...(before ?? []), ...ended.map(({ id }) => id)]));
    // The newest is told last, and stands on top.
    for (const job of before ? ended.toReversed() : []) if (!before!.has(job.id)) tell(job);
  }, [data, server]);
}

function tell(job: Job) {
  const { serviceId, tab, deploymentId } = useView.getState();
  // Whoever watches the deployment itself has seen it end.
  if (job.deploymentId !== null && job.serviceId === serviceId && tab === "deployments" && !deploymentId) return;
  const show = job.serviceId && job.projectId ? { label: "Show", onClick: () => (go.project(job.projectId!, job.environmentId), go.service(job.serviceId, "deployments")) } : undefined;
  if (job.state === "succeeded") toast.success(`${job.subject} ${job.words.done}`, { description: job.warnings[0]?.message });
  else if (job.state === "cancelled") toast(`${job.words.doing} of ${job.subject} cancelled`);
  else toast.error(`${job.words.doing} of ${job.subject} failed`, { description: job.problem?.message, action: show, duration: 8000 });
}
