import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient, safe } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AgentContract } from "../../contract/index.ts";
import { entryOf } from "../jobs/entry.fixture.ts";
import { claim } from "../jobs/index.ts";
import { createRelease, deleteService, findService, findVolume, mountsWanted, openJobs, setLiveRelease, transaction, trashVolumesOf, updateRelease, updateVolume, volumesOfService } from "../store/index.ts";
import { TRASH_MS } from "../volumes/show.ts";
import { sweepTrash } from "../volumes/sweep.ts";
import { openRooms } from "./rooms.fixture.ts";

type Client = ContractRouterClient<AgentContract>;
let rooms: ReturnType<typeof openRooms>;
let ada: Client;
let environmentId = "";
beforeEach(async () => {
  rooms = openRooms();
  ada = createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key: null } });
  const never = { run: () => new Promise<never>(() => {}) };
  rooms.core.jobs.register([entryOf("deploy", { claims: ({ subject }) => [claim.process(subject, "X")], ...never }), entryOf("empty-trash", { claims: ({ input, subject }) => [claim.volume(subject, (input as { volumeId: string }).volumeId, "X")], ...never })]);
  environmentId = (await ada.projects.create({ name: "shop" })).environments[0]!.id;
});
afterEach(() => {
  vi.restoreAllMocks();
  return rooms.close();
});

const make = async (name: string, shape: "web" | "static" = "web") => {
  const source = shape === "static" ? { type: "git" as const, url: "https://git.example.com/a/b", branch: "main", rootDirectory: "" } : { type: "image" as const, reference: "nginx:1" };
  return (await ada.services.create({ environmentId, name, shape, config: { source } })).id;
};
/** As a deployment leaves it that has mounted what is wanted. */
const serve = (id: string) => {
  const { db } = rooms.core;
  const release = uuid();
  const before = findService(db, id)!.liveReleaseId;
  if (before !== null) updateRelease(db, before, { state: "retired" });
  createRelease(db, { id: release, serviceId: id, deploymentId: uuid(), shape: "web", config: findService(db, id)!.config as never, variables: null, mounts: mountsWanted(db, id) });
  updateRelease(db, release, { state: "live" });
  setLiveRelease(db, id, release);
};
const stage = (serviceId: string, edits: Omit<Parameters<Client["staged"]["stage"]>[0], "environmentId" | "serviceId">) => ada.staged.stage({ environmentId, serviceId, ...edits });
const add = (serviceId: string, ...paths: string[]) => stage(serviceId, { volumes: paths.map((path) => ({ path })) });
const rows = async () => (await ada.staged.list({ environmentId })).map(({ name, act, value }) => [name, act, value]);
const deploy = async () => ada.staged.deploy({ environmentId, ids: (await ada.staged.list({ environmentId })).map(({ id }) => id) });
const list = async () => (await ada.volumes.list({ environmentId })).map(({ serviceName, name, path, state }) => [serviceName, name, path, state]);
const refusal = async (call: Promise<unknown>) => ((await safe(call)).error as { data?: { code: string } } | null)?.data?.code ?? "ok";

test("a volume is staged, reviewed and wanted from the Deploy on; its removal puts it into the trash", async () => {
  const web = await make("web");
  serve(web);
  await stage(web, { volumes: [{ path: "/data" }, { path: "/srv/My Files", name: "files" }] });
  expect([await rows(), await list(), (await ada.services.get({ id: web })).volumes]).toEqual([
    [["/data", "set", { volumeId: null, name: "web-data", bytes: null }], ["/srv/My Files", "set", { volumeId: null, name: "files", bytes: null }]],
    [],
    [],
  ]);
  // Two with one name by itself get two.
  await add(web, "/var/data");
  expect((await rows()).map(([, , value]) => (value as { name: string }).name)).toEqual(["web-data", "files", "web-data-2"]);
  await stage(web, { removeVolumes: ["/var/data"] });
  expect((await ada.staged.review({ environmentId })).parts[0]?.rows.map(({ name, wanted }) => [name, wanted])).toEqual([["/data", null], ["/srv/My Files", null]]);
  expect((await deploy()).jobs.length).toBe(1);
  expect(await list()).toEqual([["web", "web-data", "/data", "wanted"], ["web", "files", "/srv/My Files", "wanted"]]);
  const { volumes, changed } = await ada.services.get({ id: web });
  expect([volumes.map(({ path, name }) => [path, name]), changed]).toEqual([[["/data", "web-data"], ["/srv/My Files", "files"]], true]);

  // What is there is wanted already, and what goes and stays is no edit.
  await add(web, "/data");
  await stage(web, { removeVolumes: ["/data"] });
  const { id } = volumes[0]!;
  updateVolume(rooms.core.db, id, { bytes: 4096, measuredAt: 1 });
  expect((await ada.staged.review({ environmentId })).parts[0]?.rows.map(({ act, value, wanted }) => [act, value, wanted?.value])).toEqual([["removed", null, { volumeId: id, name: "web-data", bytes: 4096 }]]);
  await add(web, "/data");
  expect(await rows()).toEqual([]);
  await stage(web, { removeVolumes: ["/data"] });
  await deploy();
  const [trashed] = (await ada.volumes.list({ environmentId })).filter(({ state }) => state === "trash");
  expect([trashed?.name, trashed!.goesAt! - trashed!.deletedAt!]).toEqual(["web-data", TRASH_MS]);
});

test("paths that nest, folders of the system, one name twice, and more than a service can have are refused", async () => {
  const [web, api, site] = [await make("web"), await make("api"), await make("site", "static")];
  expect(await refusal(add(web, "/data", "/data/inner"))).toBe("VOLUME_PATHS_NEST");
  await add(web, "/data");
  expect([await refusal(add(web, "/data/inner")), await refusal(add(web, "/data2"))]).toEqual(["VOLUME_PATHS_NEST", "ok"]);
  for (const path of ["/", "data", "/a//b", "/a/", "/a/../b", "/proc/x", "/dev", "/etc/hosts", "/a\nb"]) expect([path, await refusal(add(web, path))]).toEqual([path, "INVALID_INPUT"]);
  expect(await refusal(stage(api, { volumes: [{ path: "/x", name: "web-data" }] }))).toBe("NAME_TAKEN");
  expect(await refusal(add(site, "/data"))).toBe("INVALID_INPUT");
  expect(await refusal(ada.staged.stage({ environmentId, serviceId: null, volumes: [{ path: "/data" }] }))).toBe("INVALID_INPUT");
  expect(await refusal(add(web, ...Array.from({ length: 9 }, (_, at) => `/more/${at}`)))).toBe("VOLUMES_TOO_MANY");
  expect((await rows()).map(([path]) => path)).toEqual(["/data", "/data2"]);
});

test("a volume is for one process: several instances and a volume are refused, whichever comes last", async () => {
  const web = await make("web");
  await add(web, "/data");
  expect(await refusal(stage(web, { settings: { replicas: 2 } }))).toBe("VOLUME_ONE_INSTANCE");
  const { config } = await ada.services.get({ id: web });
  await deploy();
  expect(await refusal(ada.services.update({ id: web, config: { ...config, source: { type: "image", reference: "nginx:1" }, replicas: 2 } as never }))).toBe("VOLUME_ONE_INSTANCE");
  // Both together: the volume goes, so there may be several.
  await stage(web, { settings: { replicas: 3 }, removeVolumes: ["/data"] });
  expect(await refusal(stage(web, { volumes: [{ path: "/data" }] }))).toBe("VOLUME_ONE_INSTANCE");
  await deploy();
  expect((await ada.services.get({ id: web })).config.replicas).toBe(3);
  expect(await refusal(add(web, "/other"))).toBe("VOLUME_ONE_INSTANCE");
});

test("out of the trash it comes back by a Deploy, to its service or another; what still runs on it is not taken from under it", async () => {
  const { db } = rooms.core;
  const [web, api] = [await make("web"), await make("api")];
  await add(web, "/data");
  await deploy();
  serve(web);
  const { id } = volumesOfService(db, web)[0]!;
  await stage(web, { removeVolumes: ["/data"] });
  await deploy();
  // The live release has it until a new one is.
  expect([await refusal(ada.volumes.restore({ id, serviceId: api })), await refusal(ada.volumes.empty({ id, confirm: "web-data" }))]).toEqual(["VOLUME_STILL_MOUNTED", "VOLUME_STILL_MOUNTED"]);
  const { staged } = await ada.volumes.restore({ id });
  expect(staged.map(({ name, value }) => [name, value])).toEqual([["/data", { volumeId: id, name: "web-data", bytes: null }]]);
  await deploy();
  expect([await list(), volumesOfService(db, web).map((volume) => volume.id)]).toEqual([[["web", "web-data", "/data", "wanted"]], [id]]);
  expect(await refusal(ada.volumes.restore({ id }))).toBe("NOT_FOUND");

  await stage(web, { removeVolumes: ["/data"] });
  await deploy();
  serve(web);
  updateVolume(db, id, { takenFrom: "of web's image", fresh: 1 });
  await add(api, "/x");
  await stage(api, { volumes: [{ path: "/y", name: "web-data" }] });
  await ada.volumes.restore({ id, serviceId: api, path: "/old" });
  expect((await rows()).map(([path, , value]) => [path, (value as { name: string }).name])).toEqual([["/old", "web-data-2"], ["/x", "api-x"], ["/y", "web-data"]]);
  expect(await refusal(ada.volumes.empty({ id, confirm: "web-data" }))).toBe("VOLUME_RETURNS");
  await deploy();
  expect(volumesOfService(db, api).map((volume) => [volume.path, volume.id === id])).toEqual([["/old", true], ["/x", false], ["/y", false]]);
  expect(findVolume(db, id)?.takenFrom).toBeNull();
});

test("with its service it goes to the trash, and is nobody's until it has another; its days over it goes for good", async () => {
  const { db, jobs } = rooms.core;
  const web = await make("web");
  await add(web, "/data");
  await deploy();
  expect((await ada.services.deletion({ id: web })).goes).toContain("Its volume at /data (web-data), to the trash for 7 days");
  const { id } = volumesOfService(db, web)[0]!;
  const at = Date.now();
  transaction(db, () => (trashVolumesOf(db, web, at), deleteService(db, web)));
  expect(await ada.volumes.list({ environmentId })).toMatchObject([{ id, serviceId: null, serviceName: "web", state: "trash", deletedAt: at, goesAt: at + TRASH_MS }]);
  const { goes, outlive } = await ada.environments.deletion({ id: environmentId });
  expect([goes.includes("The volume of web at /data (web-data), for good"), outlive]).toEqual([true, ["The volume of web at /data (web-data), for good"]]);
  expect(await refusal(ada.volumes.restore({ id }))).toBe("INVALID_INPUT");
  expect(await refusal(ada.volumes.rename({ id, name: "other" }))).toBe("NOT_FOUND");
  expect(await refusal(ada.volumes.empty({ id, confirm: "other" }))).toBe("CONFIRMATION_MISMATCH");

  const sweep = async (now: number) => {
    await sweepTrash({ ...rooms.core, clock: { ...rooms.core.clock, now: () => now } } as never);
    return openJobs(db).map(({ kind, input, subject }) => [kind, (input as { volumeId: string }).volumeId, subject]);
  };
  expect(await sweep(at + TRASH_MS - 1)).toEqual([]);
  await sweep(at + TRASH_MS);
  expect([await sweep(at + TRASH_MS), findVolume(db, id)?.state]).toEqual([[["empty-trash", id, "shop / web-data"]], "trash"]);
  expect(jobs.words("empty-trash")).toBeDefined();
});

test("its name is its own among those that are there", async () => {
  const web = await make("web");
  await add(web, "/data", "/more");
  await deploy();
  const [data] = (await ada.services.get({ id: web })).volumes;
  const { id: elsewhere } = await ada.environments.create({ projectId: (await ada.projects.list({}))[0]!.id, name: "staging" });
  expect([await refusal(ada.volumes.rename({ environmentId: elsewhere, id: data!.id, name: "x" })), await ada.volumes.list({ environmentId: elsewhere })]).toEqual(["NOT_FOUND", []]);
  expect([await refusal(ada.volumes.rename({ id: data!.id, name: "web-more" })), (await ada.volumes.rename({ id: data!.id, name: "pictures" })).name]).toEqual(["NAME_TAKEN", "pictures"]);
  expect(await list()).toEqual([["web", "pictures", "/data", "wanted"], ["web", "web-more", "/more", "wanted"]]);
});
