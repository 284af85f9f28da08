import { join } from "node:path";

/** Every place under DATA_DIR, named once. */
export function dataPaths(dataDir: string) {
  return {
    dataDir,
    store: join(dataDir, "store.db"),
    key: join(dataDir, "key"),
    lock: join(dataDir, "agent.lock"),
    /** Where an agent on trial is told to stay. */
    trial: join(dataDir, "trial.sock"),
    /** Why the agent did not start, where it did not. */
    refused: join(dataDir, "refused.json"),
    jobLogs: join(dataDir, "logs", "jobs"),
    serviceLogs: join(dataDir, "logs", "services"),
    /** What Docker has of containers' output, while somebody reads back in it. */
    logCopies: join(dataDir, "tmp", "logs"),
    routes: join(dataDir, "routes"),
    sites: join(dataDir, "sites"),
    caddy: join(dataDir, "caddy"),
    hosts: join(dataDir, "hosts"),
    sources: join(dataDir, "sources"),
    tmp: join(dataDir, "tmp"),
    /** Home of the people's login: root's own, so that what it admits is ours alone to say. */
    people: join(dataDir, "people"),
    /** The log of one job, and what its children wrote before it was read into that log. */
    jobLog: (jobId: string) => join(dataDir, "logs", "jobs", `${own(jobId)}.log`),
    jobOutput: (jobId: string, name: string) => join(dataDir, "logs", "jobs", `${own(jobId)}.${name}.raw`),
    /** What is waiting to be downloaded. */
    rawTmp: join(dataDir, "tmp", "raw"),
    rawFile: (ticketId: string) => join(dataDir, "tmp", "raw", own(ticketId)),
    jobsTmp: join(dataDir, "tmp", "jobs"),
    /** Scratch space of one job; gone when the job has ended. */
    jobTmp: (jobId: string) => join(dataDir, "tmp", "jobs", own(jobId)),
    /** What a job has fetched to build from. */
    source: (jobId: string) => join(dataDir, "sources", own(jobId)),
    sitesOf: (serviceId: string) => join(dataDir, "sites", own(serviceId)),
    site: (serviceId: string, releaseId: string) => join(dataDir, "sites", own(serviceId), own(releaseId)),
    logsOf: (serviceId: string) => join(dataDir, "logs", "services", own(serviceId)),
  };
}

/** These paths are written and deleted by root: an id that names anything but one folder of ours leads nowhere. */
function own(id: string): string {
  if (!/^[0-9A-Za-z][0-9A-Za-z-]*$/.test(id)) throw new Error(`Not an id: ${JSON.stringify(id)}`);
  return id;
}
export type DataPaths = ReturnType<typeof dataPaths>;
