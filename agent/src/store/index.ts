export { all, one, run, transaction, type Db } from "./sql.ts";
export { removeNext } from "./migrate.ts";
export { instanceId, instanceTag, openStore, openTrialStore } from "./open.ts";
export * from "./projects.ts";
export * from "./services.ts";
export * from "./variables.ts";
export * from "./releases.ts";
export * from "./deployments.ts";
export * from "./jobs.ts";
