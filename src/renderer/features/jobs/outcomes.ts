import { useCallback, useEffect } from "react";
import { toast } from "sonner";
import { entryOf, type Job } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { go, useView } from "../../app/view.ts";
import type { Outcome, Server } from "../../../contract/index.ts";
import { useJobs } from "../../data/agent.ts";
import { useNewlyEnded } from "../../data/ended.ts";
import { follow } from "../../data/follow.ts";
import { endOf, hasEnded } from "../../data/jobs.ts";
import { knownService } from "../../data/queries.ts";
import { servers } from "../../data/servers.ts";
import { client } from "../../link.ts";
import { placeOf } from "./place.ts";

const none: Server = { id: "", name: "", kind: "ssh", login: null, tags: [], connection: { state: "offline" }, hello: null, lastSeenAt: null, notice: null };

/** More at once ended while nobody looked: their number is told. */
const MOST = 3;

/** Tells of the end of every job that ends while the window looks, however short it was. The job itself keeps the error. */
export function useOutcomes(server: Server | undefined) {
  const { data } = useJobs(server ?? none);
  const serverId = server?.id ?? "";
  const tell = useCallback((jobs: Job[]) => tellAll(serverId, jobs), [serverId]);
  useNewlyEnded(serverId, server && data, hasEnded, tell);
}

function tellAll(serverId: string, jobs: Job[]) {
  if (jobs.length <= MOST) return jobs.forEach((job) => tellOne(serverId, job));
  const show = () => {
    // By the time of the click another server may be looked at.
    if (useView.getState().serverId !== serverId) go.server(serverId);
    useView.setState({ jobsOpen: true });
  };
  toast(`${jobs.length} jobs ended`, { action: { label: "Show", onClick: show } });
}

/** The same of servers that are not looked at, with their names. */
export function useOutcomesElsewhere() {
  useEffect(() => {
    const over = new AbortController();
    void follow<{ cursor: string; told: Outcome }>({
      async open(_after, signal) {
        const stream = await client.known.outcomes({}, { signal });
        return (async function* () {
          for await (const told of stream) yield { cursor: told.job.id, told };
        })();
      },
      onBatch: ({ told }) => tellElsewhere(told),
      signal: over.signal,
    });
    return () => over.abort();
  }, []);
}

function tellElsewhere({ serverId, job }: Outcome) {
  const server = servers.get()?.find(({ id }) => id === serverId);
  if (!server || serverId === useView.getState().serverId) return;
  const { words, tone } = endOf(job);
  const place = placeOf(serverId, job);
  const show = { label: "Show", onClick: () => (place ? go.to(place) : go.server(serverId)) };
  if (tone === "bad") toast.error(`${server.name}: ${words}`, { description: job.problem?.message, action: show, duration: 8000 });
  else toast(`${server.name}: ${words}`, { action: show });
  notify(`${server.name}: ${words}`);
}

/** To a person who looks at something else, where the system has been told that this app may. */
function notify(words: string) {
  if (document.hasFocus() || typeof Notification === "undefined" || Notification.permission !== "granted") return;
  new Notification("Aeroplane", { body: words });
}

/** Kind of a job → the act that brings back what it ended. */
const undoes: Record<string, string> = { stop: "service.start" };

/** One click ended it, so one click brings it back; long enough to be seen. */
function undoOf(serverId: string, job: Job): { action?: { label: string; onClick: () => void }; duration?: number } {
  const id = entryOf(undoes, job.kind);
  if (id === undefined) return {};
  const undo = () => {
    const service = knownService(serverId, job.serviceId);
    const server = servers.get()?.find((each) => each.id === serverId);
    if (service && server) action(id).run(readContext({ server, service }));
  };
  return { action: { label: "Undo", onClick: undo }, duration: 12_000 };
}

function tellOne(serverId: string, job: Job) {
  const { serviceId, tab, deploymentId, dialog } = useView.getState();
  // Whoever watches the deployment itself, or the command, has seen it end.
  if (job.deploymentId !== null && job.serviceId === serviceId && tab === "deployments" && (deploymentId ?? job.deploymentId) === job.deploymentId) return;
  if (dialog?.type === "command" && dialog.runId === job.id) return;
  const place = placeOf(serverId, job);
  // What to do about it stands where it did it, or in the list of jobs.
  const show = { label: "Show", onClick: () => (place ? go.to(place) : useView.setState({ jobsOpen: true })) };
  const { words, tone } = endOf(job);
  notify(words);
  if (tone === "ok") toast.success(words, { description: job.warnings[0]?.message, ...undoOf(serverId, job) });
  else if (tone === "idle") toast(words);
  else toast.error(words, { description: job.problem?.message, action: show, duration: 8000 });
}
