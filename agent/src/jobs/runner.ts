import { describe, fail, Failure, toProblem, type Problem } from "../../contract/index.ts";
import { AgentStops } from "../sandbox/index.ts";
import { ownerOf, type Changes } from "../changes/changes.ts";
import type { DataPaths } from "../config/paths.ts";
import { claimsOf, createJob, createJobGroup, findJob, findJobGroup, openJobs, putAfter, succeed, transaction, updateJob } from "../store/index.ts";
import type { Db, JobRow, JobState, NewJob } from "../store/index.ts";
import { isInstanceExclusive } from "./claims.ts";
import { sleepOn, type Clock } from "./clock.ts";
import { createContext } from "./context.ts";
import { refusal, standing, type GroupPlan } from "./groups.ts";
import { createLine, type Member } from "./line.ts";
import { trackJob, type LiveTracker } from "./live.ts";
import { play, tolerate, type Life, type Outcome } from "./play.ts";
import { pointlessTo, type Ends } from "./pointless.ts";
import { createRegistry } from "./registry.ts";
import { createSweep } from "./retention.ts";
import type { Cancelled, Runner } from "./runner-type.ts";
import { tellJob } from "./tell.ts";

const CLOSE_SECONDS = 5;
const WRITE_AGAIN_MS = 1000;

type Running = { job: JobRow; abort: AbortController; live: LiveTracker; done: Promise<void> };

export function createRunner(deps: { db: Db; paths: DataPaths; changes: Changes; clock: Clock }): Runner {
  const { db, paths, changes, clock } = deps;
  const registry = createRegistry();
  const line = createLine();
  const running = new Map<string, Running>();
  const waiting = new Map<string, ((job: JobRow) => void)[]>();
  const alarms = new Map<string, () => void>();
  const listeners: (() => void)[] = [];
  const sweep = createSweep({ db, paths, clock, entry: registry.entry });
  let loaded = false;
  let started = false;
  let closing = false;

  function mustFind(id: string): JobRow {
    const job = findJob(db, id);
    if (!job) throw fail("NOT_FOUND", { what: "job", id });
    return job;
  }
  const announce = (job: JobRow) => tellJob(changes, job);
  /** Writes it to the row and keeps what the line knows of it in step. */
  function change(member: Member, columns: Parameters<typeof updateJob>[2]) {
    updateJob(db, member.job.id, columns);
    Object.assign(member.job, columns);
  }

  function end(member: Member, state: JobState, problem: Problem | null) {
    const ends = { state, problem, endedAt: clock.now() };
    updateJob(db, member.job.id, ends);
    depart(member, ends);
  }
  /** What follows from an end that is written. */
  function depart({ job }: Member, ends: Ends) {
    Object.assign(job, ends);
    line.remove(job.id);
    alarms.get(job.id)?.();
    alarms.delete(job.id);
    announce(job);
    // The act that began it has its outcome now.
    changes.emit({ entity: "audit", id: job.id, ...ownerOf(job) });
    for (const other of line.all()) if (other.blockedBy.delete(job.id)) unblock(other, refusal(db, other.job, job));
    for (const tell of waiting.get(job.id) ?? []) tell(mustFind(job.id));
    waiting.delete(job.id);
  }
  function unblock(member: Member, refused: Problem | null) {
    if (refused !== null) end(member, "cancelled", refused);
    else if (member.blockedBy.size === 0) change(member, { queuedAt: clock.now() });
  }

  function begin(member: Member, life: Life) {
    if (life === "first") change(member, { state: "running", startedAt: member.job.startedAt ?? clock.now(), resumeAt: null });
    const { job } = member;
    const abort = new AbortController();
    const live = trackJob(db, job, clock, changes.emit);
    const leaveLane = () => {
      member.lane = null;
      pump();
    };
    const context = createContext({ db, paths, clock, job, live, signal: abort.signal, leaveLane });
    announce(job);
    const stage = { db, paths, clock, entry: registry.entry(job.kind), context, live, signal: abort.signal, closing: () => closing };
    const done = play(stage, life)
      .catch((error: unknown): Outcome => ({ type: "ended", state: "failed", problem: toProblem(error) }))
      .then(async (outcome) => {
        if (outcome.type === "ended") context.clear();
        else context.close();
        if (outcome.type !== "left") await untilWritten(() => settle(member, outcome, live));
        live.close();
        running.delete(job.id);
        if (outcome.type === "ended" && !closing) tolerate(() => sweep.ended(job));
        free();
      });
    running.set(job.id, { job, abort, live, done });
  }

  function settle(member: Member, outcome: Exclude<Outcome, { type: "left" }>, live: LiveTracker) {
    if (outcome.type === "ended") return end(member, outcome.state, outcome.problem);
    live.tell({ detail: outcome.why });
    live.settle("waiting");
    change(member, { state: "paused", resumeAt: outcome.resumeAt });
    // Cancelled in the moment of its pause: it is undone.
    if (member.job.cancelRequested) return requeue(member);
    setAlarm(member);
    announce(member.job);
  }

  /** A full disk ends jobs, it does not lose their ends: the last word waits until it can be written. */
  async function untilWritten(write: () => void): Promise<void> {
    while (!closing) {
      try {
        return write();
      } catch (error) {
        if (toProblem(error).code !== "STORE_READ_ONLY") throw error;
        await sleepOn(clock, WRITE_AGAIN_MS);
      }
    }
  }

  function pump() {
    if (closing || !started) return;
    try {
      for (const member of line.next()) begin(member, "first");
    } catch (error) {
      if (toProblem(error).code !== "STORE_READ_ONLY") throw error;
      clock.after(WRITE_AGAIN_MS, pump);
    }
  }
  function free() {
    pump();
    if (!closing) for (const listener of listeners) listener();
  }

  function setAlarm(member: Member) {
    const { id, resumeAt } = member.job;
    if (resumeAt !== null) alarms.set(id, clock.after(resumeAt - clock.now(), () => void untilWritten(() => requeue(member))));
  }
  function requeue(member: Member) {
    alarms.get(member.job.id)?.();
    alarms.delete(member.job.id);
    change(member, { state: "queued", queuedAt: clock.now(), resumeAt: null });
    announce(member.job);
    pump();
  }

  function cancelMember(member: Member) {
    const { job } = member;
    if (job.committed) return;
    if (job.state === "queued" && job.startedAt === null) return end(member, "cancelled", null);
    change(member, { cancelRequested: true });
    announce(job);
    running.get(job.id)?.abort.abort(new Failure(describe("CANCELLED", { what: job.subject })));
    // What it did before its pause is undone when its turn comes: that needs its claims.
    if (job.state === "paused") requeue(member);
  }

  /** Its row with whatever belongs to it, then its place in the line. What it answers is done once that is kept. */
  function admit(given: NewJob, after: readonly string[] = [], write?: () => void): () => void {
    const plan = registry.plan(given);
    const others = line.all();
    if (isInstanceExclusive(plan.claims) && others.length > 0) throw fail("BUSY", { what: "This server", job: `job: ${registry.words(others[0]!.job.kind).doing}` });
    const pointless = pointlessTo(plan, others, clock.now());
    const superseded = pointless.filter((one) => one.superseded);
    transaction(db, () => {
      createJob(db, plan.row, plan.claims, clock.now());
      for (const id of after) putAfter(db, given.id, id);
      for (const { job } of superseded) succeed(db, job.id, given.id);
      for (const { job, ends } of pointless) if (ends !== null) updateJob(db, job.id, ends);
      write?.();
    });
    const job = mustFind(given.id);
    line.add({ job, claims: plan.claims, lane: plan.lane, passedOver: false, blockedBy: standing(db, job).blockedBy });
    return () => {
      for (const { job: before } of superseded) line.succeed(before.id, given.id);
      for (const { job: other, ends } of pointless) {
        const member = line.find(other.id);
        if (member && ends) depart(member, ends);
        else if (member) tolerate(() => cancelMember(member));
      }
      announce(job);
    };
  }

  function admitAll(group: Omit<GroupPlan<NewJob>, "members">, members: GroupPlan<NewJob>["members"], write?: () => void) {
    const settles: (() => void)[] = [];
    try {
      transaction(db, () => {
        write?.();
        createJobGroup(db, { ...group, createdAt: clock.now() });
        for (const { job, after, write: own } of members) settles.push(admit({ ...job, groupId: group.id }, after, own));
      });
    } catch (error) {
      for (const { job } of members) line.remove(job.id);
      throw error;
    }
    for (const settle of settles) settle();
  }

  function load() {
    for (const job of openJobs(db)) {
      const kept = claimsOf(db, job.id);
      const { claims, lane } = registry.planAgain(job, kept);
      line.add({ job, claims, lane, passedOver: false, blockedBy: standing(db, job).blockedBy });
    }
  }

  return {
    entry: registry.entry,
    words: registry.words,
    register(entries) {
      registry.add(entries);
      if (!loaded) load();
      loaded = true;
    },
    start() {
      started = true;
      for (const member of line.all()) {
        if (member.job.state === "running") begin(member, "after a crash");
        else if (member.job.state === "paused") setAlarm(member);
        else {
          const { refused } = standing(db, member.job);
          if (refused !== null) end(member, "cancelled", refused);
        }
      }
      sweep.start();
      pump();
    },
    enqueue(job, write) {
      const known = findJob(db, job.id);
      if (known) return known;
      admit(job, [], write)();
      pump();
      return mustFind(job.id);
    },
    enqueueGroup({ members, ...group }, write) {
      // All of it or nothing: a member that is refused takes the others back.
      if (!findJobGroup(db, group.id)) admitAll(group, members, write);
      pump();
      return members.map(({ job }) => mustFind(job.id));
    },
    cancel(id) {
      const member = line.find(id);
      if (member) cancelMember(member);
      pump();
      return mustFind(id);
    },
    cancelGroup(members) {
      const told: Cancelled = { dropped: [], undone: [], kept: [] };
      for (const { id } of members) {
        const member = line.find(id);
        const kept = member === undefined || member.job.committed;
        if (!kept) cancelMember(member);
        const now = mustFind(id);
        (kept ? told.kept : now.endedAt === null ? told.undone : told.dropped).push(now);
      }
      pump();
      return told;
    },
    resume(id) {
      const member = line.find(id);
      if (member?.job.state === "paused") requeue(member);
      return mustFind(id);
    },
    live: (jobId) => running.get(jobId)?.live,
    waitsFor(jobId) {
      const member = line.find(jobId);
      if (member?.job.state !== "queued") return null;
      return member.blockedBy.size > 0 ? "group" : line.waitsFor(jobId);
    },
    deleting: (subject) => line.all().find(({ job }) => registry.deletes(job, subject))?.job,
    hold(claims) {
      const release = line.hold(claims);
      return release && (() => (release(), free()));
    },
    isFree: line.isFree,
    onFree: (listener) => void listeners.push(listener),
    ended(jobId) {
      const job = mustFind(jobId);
      if (job.endedAt !== null) return Promise.resolve(job);
      return new Promise((resolve) => waiting.set(jobId, [...(waiting.get(jobId) ?? []), resolve]));
    },
    async close() {
      closing = true;
      sweep.stop();
      for (const take of alarms.values()) take();
      for (const { job, abort } of running.values()) {
        abort.abort(new AgentStops());
        // A stop in order is no death.
        if (registry.entry(job.kind)?.crash === "resume") tolerate(() => updateJob(db, job.id, { resumes: job.resumes - 1 }));
      }
      const settled = Promise.all([...running.values()].map(({ done }) => done));
      const limit = Promise.withResolvers<void>();
      const forget = clock.after(CLOSE_SECONDS * 1000, limit.resolve);
      await Promise.race([settled, limit.promise]);
      forget();
    },
  };
}
