// Docker accepts and never answers, in the middle of every kind of job, repair and stream, then answers again.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGitServer } from "../world/git/server.ts";
import { beginRun, endRun } from "../world/run.ts";
import { actKinds, type ActKind } from "./acts/kinds.ts";
import { DAMAGED_ROWS } from "./acts/damaged-rows.ts";
import { REPAIRS, type Repair } from "./acts/repairs.ts";
import { createShapes, type Shape } from "./acts/shapes.ts";
import { bar } from "./frame.ts";
import { BEFORE, momentsOf, silenceInJob, WHILE_A_COMMAND_RUNS, type Moment } from "./hung-docker/job.ts";
import { CALL_MS, END_SECONDS, openLane, type Lane, type Told } from "./hung-docker/lane.ts";
import { silenceAtItsEnd, silenceInRepair, trapsOfRepair } from "./hung-docker/repair.ts";
import { silenceOfStreams } from "./hung-docker/streams.ts";
import { unplaced } from "./hung-docker/window.ts";

/** Most of a silence is waiting: agents side by side, each with a Docker that hangs by itself. */
const LANES = 3;
const ALL_REPAIRS = [...REPAIRS, ...DAMAGED_ROWS];

/** Silences that one lane goes through, one after the other. */
type Case = { name: string; silences(lane: Lane): AsyncGenerator<Told> };

/** Of another shape than the first what its containers go through is known already. */
const ofContainers = ({ trap }: Moment) => trap !== null && /\/(containers|networks|exec)/.test(trap.request);

async function* everyMoment(lane: Lane, act: ActKind, shape: Shape, isFirst: boolean): AsyncGenerator<Told> {
  const moments = [BEFORE, ...(await momentsOf(lane, act, shape))];
  for (const moment of moments) if (isFirst || !ofContainers(moment)) yield await silenceInJob(lane, act, shape, moment);
  if (shape.shape === "site" && act.kind === "deploy") yield await silenceInJob(lane, act, shape, WHILE_A_COMMAND_RUNS);
}

async function* everyMomentOfRepair(lane: Lane, repair: Repair, shape: Shape): AsyncGenerator<Told> {
  for (const trap of [null, ...(await trapsOfRepair(lane, repair, shape))]) yield await silenceInRepair(lane, repair, shape, trap);
}

/** The same in two instances: requests of one kind come one after the other and at the same time. */
const inTwo = (shape: Shape): Shape => ({
  shape: `${shape.shape}-pair`,
  async make(client, projectId, name) {
    const subject = await shape.make(client, projectId, name);
    const config = { ...subject.service.config, replicas: 2 };
    return { ...subject, service: await client.services.update({ id: subject.service.id, config: config as never }) };
  },
});

/** What each of the first shape's kinds goes through, one and two of it, then what is new with a shape that is built. */
function wholeCases(kinds: ActKind[], [image, site, , web]: Shape[]): Case[] {
  const isDeletion = ({ kind }: ActKind) => kind.startsWith("delete");
  const isBuilt = (act: ActKind) => act.kind === "deploy" || isDeletion(act);
  const pair = inTwo(image!);
  const ofContainersOnly = kinds.filter((act) => !isDeletion(act));
  const jobs = [...kinds.map((act) => ({ act, shape: image! })), ...ofContainersOnly.map((act) => ({ act, shape: pair })), ...[web!, site!].flatMap((shape) => kinds.filter(isBuilt).map((act) => ({ act, shape })))];
  return [
    ...jobs.map(({ act, shape }) => ({ name: `${act.kind} of ${shape.shape}`, silences: (lane: Lane) => everyMoment(lane, act, shape, shape === image || shape === pair) })),
    ...ALL_REPAIRS.map((repair) => ({ name: repair.name, silences: (lane: Lane) => everyMomentOfRepair(lane, repair, image!) })),
    {
      name: "its end",
      async *silences(lane) {
        yield await silenceAtItsEnd(lane, image!);
      },
    },
    {
      name: "streams",
      async *silences(lane) {
        for (const how of ["goes on", "is started anew"] as const) yield await silenceOfStreams(lane, image!, how);
      },
    },
  ];
}

/** One of a deployment, one that had been asked before the silence, one that is not undone but finished later. */
function shortCases(kinds: ActKind[], [image]: Shape[]): Case[] {
  const moments: Record<string, string> = { deploy: "POST /containers/create", stop: "POST /containers/ID/stop", "delete-project": "DELETE /networks/ID" };
  return kinds
    .filter(({ kind }) => moments[kind] !== undefined)
    .map((act) => ({
      name: act.kind,
      async *silences(lane: Lane) {
        const request = moments[act.kind]!;
        yield await silenceInJob(lane, act, image!, { words: `at ${request}`, trap: { request, nth: 1 } });
      },
    }));
}

export default bar({
  name: "hung-docker",
  minutes: 12,
  run: async (context) => {
    const { short, say, cleanup, signal } = context;
    const { kinds, unknown } = actKinds();
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    const folder = await mkdtemp(join(tmpdir(), "aeroplane-hung-"));
    cleanup(() => rm(folder, { recursive: true, force: true }));
    const shapes = createShapes(git, world.name);
    const wrong = [
      ...unknown.map((kind) => `nobody has said how the kind ${kind} begins`),
      ...unplaced().map((name) => `nobody has said how the window asks ${name}`),
    ];
    for (const line of wrong) say(`  wrong: ${line}`);

    const only = process.env.HUNG_ONLY;
    const cases = short ? shortCases(kinds, shapes) : wholeCases(kinds, shapes).filter(({ name }) => only === undefined || new RegExp(only).test(name));
    const next = cases[Symbol.iterator]();
    const told: Told[] = [];
    function tell(one: Told) {
      const { name, ended, slowest, repaired, problems } = one;
      told.push(one);
      if (!short) say(`${name}: ended after ${ended.toFixed(1)} s, calls ${Math.round(slowest)} ms at most, as it should be ${repaired.toFixed(1)} s after`);
      for (const problem of problems) say(`  wrong: ${name}: ${problem}`);
      wrong.push(...problems.map((problem) => `${name}: ${problem}`));
    }
    async function work(number: number): Promise<void> {
      const lane = await openLane(context, folder, number);
      for (const one of next) {
        try {
          for await (const silence of one.silences(lane)) {
            tell(silence);
            signal.throwIfAborted();
          }
        } catch (error) {
          signal.throwIfAborted();
          say(`  wrong: ${one.name}: ${(error as Error).stack}`);
          wrong.push(`${one.name}: ${(error as Error).message}`);
          await lane.recover();
        }
      }
    }
    await Promise.all(Array.from({ length: short ? 1 : Math.min(LANES, cases.length) }, (_, at) => work(at + 1)));

    const worst = (of: (one: Told) => number) => Math.max(0, ...told.map(of));
    return {
      ok: wrong.length === 0 && told.length > 0,
      figure:
        `hung-docker: ${kinds.length} kinds of jobs${short ? "" : `, ${ALL_REPAIRS.length} repairs, logs and terminals`}, ${told.length} silences; each ended with a code or was mended` +
        (short ? "" : ` within ${worst(({ ended }) => ended).toFixed(1)} s (allowed ${END_SECONDS} s), calls of the window ${Math.round(worst(({ slowest }) => slowest))} ms at most (allowed ${CALL_MS}), all as it should be ${worst(({ repaired }) => repaired).toFixed(1)} s after Docker came back`) +
        `, ${wrong.length} wrong`,
    };
  },
});
