import { fail } from "../../contract/index.ts";
import { jobsOfGroup, listJobs } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { mustFindJob } from "./find.ts";
import type { Views } from "./views.ts";

export function jobHandlers(base: Base, { core }: Rooms, views: Views) {
  return {
    list: base.jobs.list.handler(({ input }) => listJobs(core.db, input).map(views.job)),
    get: base.jobs.get.handler(({ input }) => views.job(mustFindJob(core, input.id))),
    cancel: base.jobs.cancel.handler(({ input }) => {
      mustFindJob(core, input.id);
      return views.job(core.jobs.cancel(input.id));
    }),
    resume: base.jobs.resume.handler(({ input }) => {
      mustFindJob(core, input.id);
      return views.job(core.jobs.resume(input.id));
    }),
    cancelGroup: base.jobs.cancelGroup.handler(({ input }) => {
      const members = jobsOfGroup(core.db, input.id);
      if (members.length === 0) throw fail("NOT_FOUND", { what: "group of jobs", id: input.id });
      const { dropped, undone, kept } = core.jobs.cancelGroup(members);
      return { dropped: dropped.map(views.job), undone: undone.map(views.job), kept: kept.map(views.job) };
    }),
  };
}
