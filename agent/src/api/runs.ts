import { fail, MOST_RUNS, type Run } from "../../contract/index.ts";
import { placeOf } from "../changes/changes.ts";
import { keptRelease } from "../deploy/kept.ts";
import { followLog } from "../log/follow.ts";
import { wholeJobLog } from "../log/whole.ts";
import { logName } from "../raw/file-name.ts";
import { RUN_ONCE, runInput, stateOf } from "../run-once/asked.ts";
import { traitsOf } from "../shapes/index.ts";
import { findJob, findService, jobsOfService, openJobs, type JobRow } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { aboutService, begin } from "./begin.ts";
import { mustFindService, refuseWhileDeleting } from "./find.ts";
import { checkWords } from "./rules.ts";
import { stream } from "./stream.ts";
import type { Views } from "./views.ts";

const PAGE = 50;

export function runHandlers(base: Base, { core, raw }: Rooms, views: Views) {
  const { db, paths } = core;

  function mustFindRun(id: string): JobRow {
    const job = findJob(db, id);
    if (job?.kind !== RUN_ONCE) throw fail("NOT_FOUND", { what: "command", id });
    return job;
  }
  function view(row: JobRow): Run {
    const { command, releaseId, by } = runInput.parse(row.input);
    return { job: views.job(row), command, releaseId, by, exitCode: stateOf(row.checkpoint).exitCode ?? null };
  }
  const isReadable = ({ input }: JobRow) => runInput.safeParse(input).success;

  return {
    list: base.runs.list.handler(({ input: { serviceId, environmentId, before } }) => {
      mustFindService(core, serviceId, environmentId);
      return jobsOfService(db, serviceId, RUN_ONCE, { before, limit: PAGE }).filter(isReadable).map(view);
    }),

    get: base.runs.get.handler(({ input }) => view(mustFindRun(input.id))),

    start: base.runs.start.handler(({ input: { serviceId, environmentId, command, releaseId, seconds }, context }) => {
      const job = begin(core, context.entityId!, () => {
        const service = mustFindService(core, serviceId, environmentId);
        refuseWhileDeleting(core, placeOf(service));
        const { runsOnce, word } = traitsOf(service);
        if (runsOnce !== true) throw fail("INVALID_INPUT", { field: "serviceId", why: `a ${word.toLowerCase()} has no process beside which a command could run` });
        checkWords("command", command);
        const id = releaseId ?? service.liveReleaseId;
        if (id === null) throw fail("NOTHING_DEPLOYED", { service: service.name });
        keptRelease(db, service, id);
        const count = openJobs(db).filter(({ kind, serviceId: of }) => kind === RUN_ONCE && of === serviceId).length;
        if (count >= MOST_RUNS) throw fail("RUNS_TOO_MANY", { service: service.name, count });
        const by = context.me?.name ?? context.login;
        return { job: { kind: RUN_ONCE, ...aboutService(core, service), input: { command, releaseId: id, seconds, by } } };
      });
      return view(mustFindRun(job.id));
    }),

    log: base.runs.log.handler(({ input, signal }) => {
      const { id } = mustFindRun(input.id);
      const ended = () => (findJob(db, id)?.endedAt ?? null) !== null;
      return stream(signal, (until) => followLog({ path: paths.jobLog(id), fileId: id, after: input.after, signal: until, ended }));
    }),

    download: base.runs.download.handler(({ input, context, signal }) => {
      const { id, serviceId, createdAt } = mustFindRun(input.id);
      const name = logName(findService(db, serviceId ?? "")?.name ?? "", createdAt, "-command");
      return raw.issueLog(context, { id: context.entityId!, about: { jobId: id }, name }, () => wholeJobLog(paths.jobLog(id)), signal);
    }),
  };
}
