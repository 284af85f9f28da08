import { toast } from "sonner";
import { create } from "zustand";
import { TRASH_DAYS, type Problem, type Project, type Service, type StagedRow } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { addressOf } from "../address/address.ts";
import { go, here } from "../app/view.ts";
import { problemOf } from "../data/problem.ts";
import { keys, queries } from "../data/queries.ts";
import { putStaged, stage, stagedIn } from "../data/staged.ts";
import { returnVolume } from "../data/volumes.ts";
import { restaged } from "../features/staged/rows.ts";
import { changes, rowName } from "../features/staged/words.ts";
import { client } from "../link.ts";
import { askForLoss } from "./loss.ts";
import { keepingFor } from "./keeping.ts";
import { perform } from "./perform.ts";

/** An environment of a server. */
export type Stage = { serverId: string; environmentId: string };
type Discard = { serviceId: string; paths: string[] };

/** What a Deploy was refused for, to be said in the review; and where one is on its way. */
export const useStage = create<{ refusal: (Stage & { problem: Problem }) | null; deploying: ReadonlySet<string> }>(() => ({ refusal: null, deploying: new Set() }));

export const dropRefusal = () => useStage.setState({ refusal: null });

const setDeploying = (environmentId: string, now: boolean) =>
  useStage.setState(({ deploying }) => ({ deploying: new Set(now ? [...deploying, environmentId] : [...deploying].filter((id) => id !== environmentId)) }));

const old = (serverId: string) => void queries.invalidateQueries({ queryKey: keys.server(serverId) });

/** Exactly these rows. A refusal that the review or a question can answer is shown there; others are thrown. */
export async function deployRows(at: Stage, ids: string[], discard: Discard[] = []): Promise<void> {
  const { serverId, environmentId } = at;
  dropRefusal();
  setDeploying(environmentId, true);
  try {
    const { jobs } = await client.agent.staged.deploy({ environmentId, ids, discard }, { context: { serverId } });
    const begun = new Set(ids);
    tellOfTrash(at, stagedIn(serverId, environmentId).filter(({ id, aspect, act }) => begun.has(id) && aspect === "volume" && act === "removed"));
    putStaged(serverId, environmentId, (before) => before.filter(({ id }) => !begun.has(id)));
    onTheirWay(at, new Set(jobs.map(({ serviceId }) => serviceId)));
    if (isReviewed(environmentId)) go.closeDialog();
  } catch (error) {
    const problem = problemOf(error);
    if (problem.code === "STAGED_CHANGED") review(at, problem);
    else if (!asksForLoss(at, ids, discard, problem)) throw error;
  } finally {
    setDeploying(environmentId, false);
    old(serverId);
  }
}

/** Nothing is lost yet, and where it lies is not where it was. */
function tellOfTrash({ serverId, environmentId }: Stage, rows: readonly StagedRow[]): void {
  const [only] = rows;
  if (!only) return;
  const what = rows.length === 1 ? `The volume at ${only.name} goes to the trash` : `${rows.length} volumes go to the trash`;
  const projectId = queries.getQueryData<Project[]>(keys.projects(serverId))?.find(({ environments }) => environments.some(({ id }) => id === environmentId))?.id ?? here().projectId;
  // By the time of the click something else may be looked at.
  const show = () => go.to(addressOf({ serverId, projectId, environmentId, projectTab: "volumes" }));
  toast(what, { description: `The data is kept for ${TRASH_DAYS} days.`, action: { label: "Show the trash", onClick: show }, duration: 12_000 });
}

/** Until they are told anew, so that no other act deploys them once more. */
const onTheirWay = ({ serverId, environmentId }: Stage, ids: ReadonlySet<string | null>) =>
  void queries.setQueryData<Service[]>(keys.services(serverId, environmentId), (before) => before?.map((service) => (ids.has(service.id) ? { ...service, changed: false } : service)));

function isReviewed(environmentId: string): boolean {
  const { dialog } = here();
  return dialog?.type === "review-staged" && dialog.environmentId === environmentId;
}

/** Which row is another one by now stands over all that there is now. */
function review(at: Stage, problem: Problem): void {
  useStage.setState({ refusal: { ...at, problem } });
  if (!isReviewed(at.environmentId)) go.open({ type: "review-staged", environmentId: at.environmentId });
}

/** Of one service after the other: each is refused with its own paths. */
function asksForLoss(at: Stage, ids: string[], discard: Discard[], problem: Problem): boolean {
  const name = String(problem.values.service);
  const service = queries.getQueryData<Service[]>(keys.services(at.serverId, at.environmentId))?.find((each) => each.name === name);
  if (!service) return false;
  const act = (paths: string[]) => deployRows(at, ids, agreed(discard, service.id, paths));
  return askForLoss(problem, { service: name, title: `Deploy ${name}`, word: "Delete data and deploy", act, keep: keepingFor({ id: at.serverId }, service) });
}

/** With what was said yes to before: a refusal names only paths that are new. */
function agreed(discard: readonly Discard[], serviceId: string, paths: readonly string[]): Discard[] {
  const before = discard.find((one) => one.serviceId === serviceId)?.paths ?? [];
  return [...discard.filter((one) => one.serviceId !== serviceId), { serviceId, paths: [...new Set([...before, ...paths])] }];
}

export async function discardRows(serverId: string, rows: readonly StagedRow[]): Promise<void> {
  for (const environmentId of new Set(rows.map((row) => row.environmentId))) {
    const ids = rows.filter((row) => row.environmentId === environmentId).map(({ id }) => id);
    const left = await client.agent.staged.discard({ environmentId, ids }, { context: { serverId } });
    putStaged(serverId, environmentId, () => left);
  }
  old(serverId);
}

const placeOf = ({ environmentId, serviceId, aspect, name }: StagedRow) => `${environmentId} ${serviceId} ${aspect} ${name}`;

/** The same edits once more, but for those where something else was staged since; what holds a secret value cannot be had again. */
export async function stageAgain(serverId: string, rows: readonly StagedRow[]): Promise<void> {
  const taken = new Set<string>();
  for (const environmentId of new Set(rows.map((row) => row.environmentId))) {
    const now = await client.agent.staged.list({ environmentId }, { context: { serverId } });
    putStaged(serverId, environmentId, () => now);
    for (const row of now) taken.add(placeOf(row));
  }
  const passed = rows.filter((row) => taken.has(placeOf(row)));
  if (passed.length > 0) toast(`${passed.map(rowName).join(", ")}: staged anew meanwhile, and left as it is now`);
  for (const { environmentId, serviceId, returned, ...edits } of restaged(rows.filter((row) => !taken.has(placeOf(row)))) ?? []) {
    if (Object.values(edits).some((edit) => Object.keys(edit).length > 0)) await stage(serverId, { environmentId, serviceId }, edits);
    for (const { id, path } of returned) if (serviceId !== null) await returnVolume(serverId, { id, environmentId }, { serviceId, path });
  }
  old(serverId);
}

/** Out of a form: at once, and one click brings it back where that can be. */
export function takeBack(server: Server, rows: readonly StagedRow[]): void {
  const [first] = rows;
  if (!first) return;
  const what = rows.length === 1 ? `The change of ${rowName(first)}` : changes(rows.length);
  perform(`Discard ${what}`, { server }, async () => {
    await discardRows(server.id, rows);
    const undo = () => perform(`Stage ${what} again`, { server }, () => stageAgain(server.id, rows));
    toast(`${what} was discarded`.replace("changes was", "changes were"), restaged(rows) === null ? {} : { action: { label: "Undo", onClick: undo }, duration: 12_000 });
  });
}
