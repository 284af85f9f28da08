import { listJobs } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { mustFindJob } from "./find.ts";
import type { Views } from "./views.ts";

export function jobHandlers(base: Base, { core }: Rooms, views: Views) {
  return {
    list: base.jobs.list.handler(() => listJobs(core.db).map(views.job)),
    get: base.jobs.get.handler(({ input }) => views.job(mustFindJob(core, input.id))),
    cancel: base.jobs.cancel.handler(({ input }) => {
      mustFindJob(core, input.id);
      return views.job(core.jobs.cancel(input.id));
    }),
  };
}
