import { afterEach, beforeEach, expect, test } from "vitest";
import { createInstance, createProject, createRelease, createService, environmentsOf, findService, openStore, setLiveRelease, updateInstance, updateRelease, type Db } from "../store/index.ts";
import { volumeNameOf } from "../docker/own-volume.ts";
import { bringBack } from "./stop-first.ts";

const [INSTANCE, SERVICE, VOLUME, JOB] = [1, 2, 3, 4].map((number) => `0198c0de-0000-7000-8000-00000000000${number}`) as [string, string, string, string];
const config = { source: { type: "image", reference: "nginx:1" } } as never;
const labels = { "run.aeroplane.instance": INSTANCE, "run.aeroplane.service": SERVICE };

let db: Db;
beforeEach(() => {
  db = openStore(":memory:");
  createProject(db, { id: "p", name: "shop" });
  createService(db, { id: SERVICE, projectId: "p", environmentId: environmentsOf(db, "p")[0]!.id, name: "web", shape: "web", config });
  createRelease(db, { id: "r", serviceId: SERVICE, deploymentId: "d", shape: "web", config, variables: null, mounts: [{ volumeId: VOLUME, path: "/data" }] });
  createInstance(db, { id: "i", releaseId: "r", ordinal: 1, address: null });
  updateInstance(db, "i", { state: "live", containerId: "old" });
  updateRelease(db, "r", { state: "live" });
  setLiveRelease(db, SERVICE, "r");
});
afterEach(() => db.close());

/** What Docker is told of the old container, with another one on its volume in such a state. */
async function told({ other, signal = new AbortController().signal, whileItEnds = () => {} }: { other?: string; signal?: AbortSignal; whileItEnds?: () => void } = {}): Promise<string[]> {
  const acts: string[] = [];
  const listed = (Id: string, State: string) => ({ Id, Names: [`/${Id}`], Labels: labels, State, Created: 1, Mounts: [{ Type: "volume", Name: volumeNameOf(INSTANCE, VOLUME), Destination: "/data" }] });
  const State = { Running: false, Restarting: false, ExitCode: 1, OOMKilled: false, Pid: 0, StartedAt: "2026-01-01T00:00:00Z" };
  const docker = {
    listContainers: async () => [listed("old", "exited"), ...(other === undefined ? [] : [listed("other", other)])],
    getContainer: (id: string) => ({
      inspect: async () => ({ Id: id, Name: `/${id}`, Image: "", Created: "2026-01-01T00:00:00Z", Config: { Labels: labels }, State, RestartCount: 0, HostConfig: {}, NetworkSettings: { Networks: {} } }),
      stop: async () => whileItEnds(),
      update: async () => void acts.push(`keep ${id}`),
      start: async () => void acts.push(`start ${id}`),
    }),
  };
  const deps = { db, docker, instanceId: INSTANCE, routing: (act: () => unknown) => act(), caddy: { hold: async () => {} }, sightings: { saw: () => {} } };
  const context = { job: { id: JOB, checkpoint: { stopped: ["old"] }, steps: [] }, signal, log: () => {}, warn: () => {} };
  await bringBack(deps as never, context as never, findService(db, SERVICE)!);
  return acts;
}

test("what was asked to end begins again, and is kept running as its settings say", async () => {
  expect(await told()).toEqual(["keep old", "start old"]);
});

test("beside another process on its volume it does not begin, neither by us nor by a Docker that is started anew", async () => {
  expect([await told({ other: "running" }), await told({ other: "restarting" }), await told({ other: "removing" })]).toEqual([[], [], ["keep old", "start old"]]);
});

test("an undo that was left behind begins nothing", async () => {
  const late = new AbortController();
  await expect(told({ signal: late.signal, whileItEnds: () => late.abort(new Error("too late")) })).rejects.toThrow("too late");
});
