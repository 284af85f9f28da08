import { toast } from "sonner";
import type { Job } from "@aeroplane/agent/contract";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useJobs } from "../../data/agent.ts";
import { useNewlyEnded } from "../../data/ended.ts";
import { hasEnded } from "../../data/jobs.ts";

const none: Server = { id: "", name: "", kind: "ssh", login: null, tags: [], connection: { state: "offline" }, hello: null, lastSeenAt: null, notice: null };

/** More at once ended while nobody looked: their number is told. */
const MOST = 3;

/** Tells of the end of every job that ends while the window looks, however short it was. The job itself keeps the error. */
export function useOutcomes(server: Server | undefined) {
  const { data } = useJobs(server ?? none);
  useNewlyEnded(server?.id ?? "", server && data, hasEnded, tellAll);
}

function tellAll(jobs: Job[]) {
  if (jobs.length <= MOST) return jobs.forEach(tell);
  toast(`${jobs.length} jobs ended`, { action: { label: "Show", onClick: () => useView.setState({ jobsOpen: true }) } });
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
