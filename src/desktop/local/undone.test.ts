import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, PROTOCOL_VERSION, type Hello, type Problem } from "@aeroplane/agent/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { WantedPart } from "../bootstrap/plan.ts";
import { hashFile } from "../parts/fetch.ts";
import { keepParts } from "./kept.ts";
import { localPlaces, type LocalPlaces } from "./places.ts";
import { commandOf, ensureLocalAgent, stopLocalAgent } from "./process.ts";
import { rememberUndone } from "./undone.ts";

let home: string;
let places: LocalPlaces;
/** The largest of them by far: read once. */
const nodeSha256 = hashFile(process.execPath);
const starts = () => readFileSync(join(home, "starts"), "utf8").split("\n").filter(Boolean);

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "aeroplane-undone-"));
  places = localPlaces({ root: false, systemd: false, env: { AEROPLANE_LOCAL_DIR: home }, home, login: "me" });
  writeFileSync(join(home, "starts"), "");
});
afterEach(async () => {
  await stopLocalAgent(places);
  rmSync(home, { recursive: true, force: true });
});

/** Says which Caddy it was started with, and serves nothing where that is a bad one. `held`: bytes of memory that it gives back as it ends. */
const agent = (held = 0) => `
const memory = Buffer.alloc(${held}, 1);
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
const word = (name) => process.argv[process.argv.indexOf(name) + 1];
const caddy = readFileSync(word("--caddy"), "utf8");
appendFileSync(${JSON.stringify(join(home, "starts"))}, caddy + "\\n");
if (caddy.startsWith("bad")) throw new Error("this Caddy does not start");
rmSync(word("--socket"), { force: true });
createServer((socket) => socket.end()).listen(word("--socket"));
`;

async function partsWith(caddy: string, held?: number): Promise<WantedPart[]> {
  const made = (name: "agent" | "caddy" | "buildx", file: string, version: string, text: string): WantedPart => {
    const path = join(home, `${name}-${version}`);
    writeFileSync(path, text);
    return { name, file, version, sha256: createHash("sha256").update(text).digest("hex"), path };
  };
  const node: WantedPart = { name: "node", file: "node", version: "24.0.0", sha256: await nodeSha256, path: process.execPath };
  return [node, made("agent", "agent.mjs", "1.0.0", agent(held)), made("caddy", "caddy", caddy.split(" ")[1]!, caddy), made("buildx", "docker-buildx", "1.0.0", "b")];
}

const answer = { instanceId: "0198c0de-0000-7000-8000-000000000001", agentVersion: "1.0.0", protocolVersion: PROTOCOL_VERSION, nodeVersion: "24", hostname: "here", os: "none", arch: "x64", httpPort: 80, startedAt: 1, startsAtBoot: false, trial: false } satisfies Hello;
const hello = () =>
  new Promise<Hello | null>((resolve) => {
    const socket = connect(places.socket, () => (socket.destroy(), resolve(answer)));
    socket.on("error", () => resolve(null));
  });

/** One full connection with these parts: what the window is told of it. */
async function connectWith(caddy: string, again = false): Promise<Problem | null> {
  let told: Problem | null = null;
  await ensureLocalAgent({ places, parts: await partsWith(caddy), hello, onUndone: (problem) => (told = problem), again });
  return told;
}

test("an update of parts that was undone is said at each connection, and tried again only for a person or with other parts", async () => {
  const told = [await connectWith("good 1"), await connectWith("bad 2"), await connectWith("bad 2")];
  expect(told).toMatchObject([null, { code: "PARTS_UNDONE", message: expect.stringContaining("The update of Caddy 2 was undone"), detail: expect.stringMatching(/^Tried on .*\d{4}[\s\S]*this Caddy does not start/) }, told[1]]);
  expect(starts()).toEqual(["good 1", "bad 2", "good 1"]);
  // It holds the end of the agent's log.
  expect((statSync(join(places.parts, "undone.json")).mode & 0o777).toString(8)).toBe("600");

  // After a reboot nothing runs, and what was running is written down nowhere else.
  await stopLocalAgent(places);
  expect(await connectWith("bad 2")).toEqual(told[1]);
  expect(starts().slice(3)).toEqual(["good 1"]);

  expect(await connectWith("bad 2", true)).toMatchObject({ code: "PARTS_UNDONE" });
  expect(starts().slice(4)).toEqual(["bad 2", "good 1"]);
  expect([await connectWith("good 3"), await connectWith("good 3")]).toEqual([null, null]);
  expect(starts().slice(6)).toEqual(["good 3"]);
});

test("who is killed in the middle of a try leaves it known what stood before", async () => {
  await connectWith("good 1");
  const stop = new AbortController();
  const parts = await partsWith("bad 2");
  let asked = 0;
  // The first question finds the agent that stands; at the second the bad one has been started.
  const killed = ensureLocalAgent({ places, parts, hello: async () => ((asked += 1) === 1 ? hello() : (stop.abort(new Error("killed")), null)), signal: stop.signal });
  await expect(killed).rejects.toThrow();
  expect(await connectWith("bad 2")).toMatchObject({ code: "PARTS_UNDONE" });
  expect(starts().at(-1)).toBe("good 1");
});

test("an undone try that is remembered although the parts answer now is forgotten, and does not come back with a reboot", async () => {
  const before = commandOf(places, await keepParts(places.parts, await partsWith("good 1")));
  const parts = await partsWith("good 2");
  await connectWith("good 2");
  // As one leaves it who is killed between the answer and the forgetting.
  await keepParts(places.parts, await partsWith("good 1"));
  await rememberUndone(places.parts, parts, { at: 1, problem: describe("PARTS_UNDONE", { parts: "Caddy 2", why: "it did not start" }), stands: before });
  expect(await connectWith("good 2")).toBe(null);
  await stopLocalAgent(places);
  expect(await connectWith("good 2")).toBe(null);
  expect(starts()).toEqual(["good 2", "good 2"]);
});

test("who has stopped it finds nobody at its socket any more, however long its memory takes to be given back", async () => {
  await ensureLocalAgent({ places, parts: await partsWith("good 1", 1024 ** 3), hello });
  await stopLocalAgent(places);
  expect(await hello()).toBe(null);
});
