import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostStatus } from "../../contract/index.ts";
import { openCore } from "../core.ts";
import { openDocker } from "../docker/client.ts";
import { createPeople } from "../people/people.ts";
import { createRawRoom } from "../raw/room.ts";
import { auditEnd } from "../terminals/audit.ts";
import { createTerminalRoom } from "../terminals/lazy.ts";
import { createBodies } from "../server/bodies.ts";
import type { Served } from "../server/http.ts";
import { answerRaw } from "../raw/http.ts";
import { createAdmission } from "./admit.ts";
import type { Rooms } from "./base.ts";
import { createVolumeRoom } from "../volumes/room.ts";
import { createRouter } from "./router.ts";

const status: HostStatus = { cores: 1, cpuUsed: 0, memoryTotal: 1, memoryUsed: 1, diskTotal: 1, diskFree: 1, tools: [], problems: [] };

const runtime: Rooms["runtime"] = {
  start: () => {},
  state: () => ({ state: "empty", stateSince: 1, crashes: null, instances: [] }),
  meters: async () => [],
  async *logs() {
    yield { cursor: "x:1", lines: [], ended: true, gap: false };
  },
  history: async () => ({ lines: [], before: null, after: null }),
  async *wholeLog(_, { text = "" }) {
    yield* ["2026-01-02T03:04:05.678Z first", "2026-01-02T03:04:06.000Z second"].filter((line) => line.includes(text.toLowerCase()));
  },
  apply: async () => {},
  refuseLoss: async () => {},
  deletion: async () => ["Nothing"],
  close: async () => {},
  purge: async () => {},
};

const doctor: Rooms["doctor"] = {
  check: async () => ({ at: 1, milliseconds: 1, checks: [] }),
  fix: async () => ({ done: "Done." }),
};

/** For tests of the contract's implementation: real store, jobs, people and terminals; no Caddy, and no Docker but where one is given. */
export function openRooms(dockerSocket = "/nowhere/docker.sock") {
  const dataDir = mkdtempSync(join(tmpdir(), "aeroplane-api-"));
  const core = openCore({
    dataDir,
    sockets: [],
    httpPort: 80,
    httpAddress: "127.0.0.1",
    caddy: "/nowhere/caddy",
    buildx: "/nowhere/buildx",
    dockerSocket,
    caddyUnit: null,
    startsAtBoot: false,
  });
  const docker = openDocker(core.config.dockerSocket);
  const terminals = createTerminalRoom({ docker, instanceId: core.instanceId, onEnded: auditEnd(core.db) });
  const raw = createRawRoom(core);
  const router = createRouter({ core, runtime, people: createPeople(core), meters: { status: async () => status }, terminals, raw, volumes: createVolumeRoom(core, docker), doctor, caddy: { ensure: async () => {} }, storage: { preview: async () => ({ disk: { path: "/", free: 1, total: 1 }, mark: 0, parts: [], bytes: 0 }) } });
  const served: Served = { router, admit: createAdmission(core), readBody: createBodies(), raw: (caller, request, response) => answerRaw(raw, core, caller, request, response) };
  async function close() {
    await terminals.closeAll();
    await core.close();
    rmSync(dataDir, { recursive: true });
  }
  return { dataDir, core, docker, runtime, router, raw, served, close };
}
