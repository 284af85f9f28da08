import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { caddyBin } from "../../../test/world/parts.ts";
import { freePort } from "../../../test/world/git/server.ts";
import { createCaddy, type Caddy } from "../caddy/index.ts";
import { migrate } from "../store/migrate.ts";
import { accountsOf } from "../sandbox/index.ts";
import type { CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
import { tryApp } from "./try.ts";

/** Longer than one request is waited for alone; AEROPLANE_SLOW_SECONDS makes it as slow as somebody's app. */
const SLOW_MS = Number(process.env.AEROPLANE_SLOW_SECONDS ?? 6) * 1000;
const account = accountsOf("0198c0de-0000-7000-8000-000000000004")?.caddy ?? null;
const servers: Server[] = [];
let dataDir = "";
let caddy: Caddy;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "aeroplane-try-"));
  caddy = createCaddy({ dataDir, bin: await caddyBin(), httpAddress: "127.0.0.1", httpPort: await freePort("127.0.0.1"), account, unit: null });
  await caddy.ensure();
});
afterAll(async () => {
  await caddy?.stop();
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** How a try of such an app ends. */
async function tried(answer: RequestListener, healthSeconds: number): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const db = new DatabaseSync(":memory:");
  db.exec(readFileSync(join(import.meta.dirname, "../store/fixtures/schema-2.sql"), "utf8"));
  migrate(db);
  const { port } = server.address() as AddressInfo;
  const request = { service: { id: "s", name: "web" }, release: { shape: "web", port, config: { healthSeconds } }, launched: { address: "127.0.0.1", containerId: "c" }, detail: () => {}, log: () => {} };
  return await tryApp({ db, caddy } as unknown as DeployDeps, request as unknown as CheckRequest, { by: "http", path: null, statuses: null, headers: {} }, new AbortController().signal).then(() => "good", (error: { problem?: { code: string } }) => error.problem?.code ?? String(error));
}

test("without a health path a page that takes its time is waited for, within the time to become healthy", { timeout: SLOW_MS * 3 + 100_000 }, async () => {
  const seen: string[] = [];
  const slow: RequestListener = (_, response) => {
    response.on("close", () => seen.push(response.writableEnded ? "answered" : "given up"));
    setTimeout(() => response.end("at last"), SLOW_MS);
  };
  expect([await tried(slow, SLOW_MS / 1000 + 60), seen[0]]).toEqual(["good", "answered"]);
});
