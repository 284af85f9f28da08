import { expect, test, vi } from "vitest";
import { createProject, createService, environmentsOf, openStore } from "../store/index.ts";
import { createDiskGuard, fillerAmong, floorOf } from "./disk-guard.ts";

/** A full disk of 1000 GiB. */
vi.mock("node:fs/promises", async (original) => ({ ...(await original<object>()), statfs: async () => ({ blocks: 1000, bavail: 0, bsize: 1024 ** 3 }) }));

const GiB = 1024 ** 3;
const layer = (serviceId: string, written: number) => ({ container: `c-${serviceId}`, serviceId, written, once: false });

test("a tenth of a small disk and a GiB of a large one stay free", () => {
  expect([floorOf(2 * GiB), floorOf(500 * GiB)]).toEqual([0.2 * GiB, GiB]);
});

test("who has written most is the filler, and nobody where that would free too little", () => {
  const layers = [layer("a", 2 * GiB), layer("b", 5 * GiB), layer("c", 100)];
  expect([fillerAmong(layers, GiB)?.serviceId, fillerAmong(layers, 6 * GiB), fillerAmong([], 1)]).toEqual(["b", undefined, undefined]);
});

test("a command that is run once and fills the disk is ended, and its service is left alone", async () => {
  const db = openStore(":memory:");
  createProject(db, { id: "p", name: "shop" });
  createService(db, { id: "s", projectId: "p", environmentId: environmentsOf(db, "p")[0]!.id, name: "web", shape: "web", config: { source: { type: "image", reference: "nginx:1" } } as never });
  const looked = async (once: object) => {
    const acts: string[] = [];
    const docker = {
      info: async () => ({ DockerRootDir: "/" }),
      listContainers: async () => [{ Id: "c", Names: ["/c"], State: "running", Created: 1, Mounts: [], SizeRw: 2 * GiB, Labels: { "run.aeroplane.instance": "i", "run.aeroplane.service": "s", ...once } }],
      getContainer: () => ({ kill: async () => void acts.push("kill") }),
    };
    const jobs = { enqueue: ({ kind }: { kind: string }) => void acts.push(kind) };
    const guard = createDiskGuard({ db, docker, instanceId: "i", note: () => {}, jobs, clock: { after: () => () => {} }, signal: new AbortController().signal } as never);
    guard.start();
    await guard.idle();
    return acts;
  };
  expect([await looked({}), await looked({ "run.aeroplane.once": "1" })]).toEqual([["stop", "kill"], ["kill"]]);
  db.close();
});
