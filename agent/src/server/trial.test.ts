import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { giveKey } from "../secrets/key.fixture.ts";
import { migrations } from "../store/schema.ts";
import { AGENT_VERSION } from "../version.ts";

const main = join(import.meta.dirname, "../main.ts");
let folder: string;
let agent: ChildProcess | null = null;
const path = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-trial-"));
  const db = new DatabaseSync(path("store.db"));
  db.exec(readFileSync(join(import.meta.dirname, "../store/fixtures/schema-1.sql"), "utf8"));
  db.close();
  await giveKey(folder);
});
afterEach(async () => {
  if (agent?.exitCode === null && agent.signalCode === null) {
    agent.kill("SIGKILL");
    await once(agent, "exit");
  }
  // The one thing that it makes outside its folder, where root runs it.
  spawnSync("nft", ["delete", "table", "ip", "aeroplane_00000000"]);
  rmSync(folder, { recursive: true });
});

const program = (...words: string[]) => spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...words], { stdio: ["ignore", "pipe", "pipe"] });
/** Docker and Caddy are nowhere: nothing outside the folder is touched. */
function serve(...words: string[]): ChildProcess {
  const nowhere = ["--docker-socket", path("no-docker.sock"), "--caddy", "/nonexistent/caddy", "--buildx", "/nonexistent/buildx", "--http-port", "1", "--http-address", "127.0.0.1"];
  return program("serve", "--data-dir", folder, "--socket", path("a.sock"), ...words, ...nowhere);
}
async function begin(trialSeconds: number): Promise<void> {
  agent = serve("--trial", String(trialSeconds));
  await once(agent.stdout!, "data");
}
async function finished(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said: said.trim() };
}
function call(procedure: string, input: object): Promise<{ status: number; body: { json: Record<string, unknown> } }> {
  return new Promise((resolve, reject) => {
    request({ socketPath: path("a.sock"), path: `/rpc/${procedure}`, method: "POST", headers: { "content-type": "application/json" } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    })
      .on("error", reject)
      .end(JSON.stringify({ json: input }));
  });
}
const schema = () => {
  const db = new DatabaseSync(path("store.db"), { readOnly: true });
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  db.close();
  return version;
};

test("on trial it answers from a copy and takes no change; told to stay it is an agent like any other", async () => {
  const before = readFileSync(path("store.db"));
  await begin(600);
  const hello = (await call("instance/hello", {})).body.json;
  const refused = await call("projects/create", { name: "New" });
  expect([hello.trial, hello.agentVersion, refused.status, refused.body.json.code]).toEqual([true, AGENT_VERSION, 503, "STORE_IN_TRIAL"]);
  expect([(await call("projects/list", {})).body.json, readFileSync(path("store.db")).equals(before)]).toMatchObject([[{ name: "Shop" }], true]);

  const gate = await finished(program("gate", "--socket", path("a.sock"), "--expect", AGENT_VERSION, "--seconds", "1"));
  expect(gate).toEqual({ code: 1, said: expect.stringMatching(/^it says of this server: Docker does not answer on this server: .* within 1 s$/) });
  const other = await finished(program("gate", "--socket", path("a.sock"), "--expect", "99.0.0"));
  expect(other).toEqual({ code: 1, said: `it ended while it was tried, and the agent ${AGENT_VERSION} answers` });

  expect(await finished(program("commit", "--data-dir", folder))).toEqual({ code: 0, said: "stays" });
  const stays = (await call("instance/hello", {})).body.json;
  const made = await call("projects/create", { name: "New" });
  expect([stays.trial, made.status, schema(), existsSync(path("store.db.next")), existsSync(path("store.db.before-2"))]).toEqual([false, 200, migrations.length, false, true]);
  expect((await finished(program("commit", "--data-dir", folder))).code).toBe(1);
});

test("nobody keeps it: it ends by itself, and the store is as it was", async () => {
  const before = readFileSync(path("store.db"));
  await begin(1);
  const [code] = (await once(agent!, "exit")) as [number];
  expect([code, readFileSync(path("store.db")).equals(before), schema()]).toEqual([75, true, 1]);
});

test("without its sealing key it refuses, and the gate says so in its words", async () => {
  rmSync(path("key"));
  const before = readFileSync(path("store.db"));
  const trial = finished(serve("--trial", "600"));
  const gate = await finished(program("gate", "--socket", path("a.sock"), "--expect", AGENT_VERSION, "--data-dir", folder, "--seconds", "200"));
  const words = `The key ${path("key")}, which this server's secrets are sealed with, is missing`;
  expect(gate).toEqual({ code: 1, said: `it refuses to start: ${words}` });
  expect(await trial).toEqual({ code: 75, said: expect.stringContaining(`SEALING_KEY_MISSING: ${words}.`) });
  expect([existsSync(path("key")), existsSync(path("store.db.next")), readFileSync(path("store.db")).equals(before)]).toEqual([false, false, true]);
});

test("a lost key ends every start, until it is back or a new one is made on purpose", async () => {
  const key = readFileSync(path("key"));
  rmSync(path("key"));
  const refused = await finished(serve());
  expect(refused).toEqual({ code: 78, said: expect.stringMatching(/^SEALING_KEY_MISSING: The key .* is missing\. Put the file back .* new-key --data-dir \S+ makes a new key/m) });
  expect([existsSync(path("key")), JSON.parse(readFileSync(path("refused.json"), "utf8"))]).toMatchObject([false, { version: AGENT_VERSION, problem: { code: "SEALING_KEY_MISSING" } }]);

  writeFileSync(path("key"), key, { mode: 0o600 });
  agent = serve();
  await once(agent.stdout!, "data");
  const asked = { environmentId: "0198c0de-0000-7000-8000-000000000011", serviceId: "0198c0de-0000-7000-8000-000000000020", name: "GREETING" };
  expect([(await call("variables/reveal", asked)).body.json.value, existsSync(path("refused.json"))]).toEqual(["value", false]);
  agent.kill("SIGKILL");
  await once(agent, "exit");

  writeFileSync(path("key"), Buffer.alloc(32));
  expect((await finished(serve())).said).toContain("SEALING_KEY_OTHER");
  expect(await finished(program("new-key", "--data-dir", folder))).toEqual({ code: 0, said: expect.stringContaining("is this store's key now") });
  expect(readdirSync(folder).filter((name) => name.startsWith("key.aside-"))).toHaveLength(1);
  expect((await finished(program("new-key", "--data-dir", folder))).said).toContain("is the right key");
  agent = serve();
  await once(agent.stdout!, "data");
  const lost = await call("variables/reveal", asked);
  expect([lost.status, lost.body.json.code]).toEqual([422, "SEALED_VALUE_LOST"]);
});
