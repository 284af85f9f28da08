import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { v7 as uuid } from "uuid";
import { onTestFinished, test, expect } from "vitest";
import { openRooms } from "../../../agent/src/api/rooms.fixture.ts";
import { createPeopleDoor } from "../../../agent/src/server/people-door.ts";
import { createPerson } from "../../../agent/src/store/index.ts";
import { overBridge } from "./bridge.ts";

const program = new URL("../../../agent/src/main.ts", import.meta.url).pathname;

/** The agent's door for people on a server with next to no memory, and its bridge program as each of them would start it. */
async function smallServer(people: number) {
  const folder = mkdtempSync(join(tmpdir(), "aeroplane-bridges-"));
  const rooms = openRooms();
  const ids = Array.from({ length: people }, () => uuid());
  for (const [at, id] of ids.entries()) createPerson(rooms.core.db, { id, name: `Viewer ${at}`, role: "viewer", publicKey: `ssh-ed25519 ${at}`, fingerprint: `SHA256:${at}` });
  const socket = join(folder, "people.sock");
  const door = createPeopleDoor({ login: "aeroplane", socket, bridge: "" }, rooms.served, rooms.core.db, 0);
  await door.open({ uid: process.getuid!(), gid: process.getgid!() });
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children) child.kill("SIGKILL");
    door.close();
    await rooms.close();
    rmSync(folder, { recursive: true });
  });
  const visit = (person: string) => {
    const openCommand = async () => {
      const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, "bridge", "--socket", socket, "--person", person], { stdio: ["pipe", "pipe", "inherit"] });
      children.push(child);
      return { stream: Duplex.from({ readable: child.stdout, writable: child.stdin }), errors: () => "" };
    };
    return overBridge({ openCommand, close: () => {} } as never, { argv: [], address: "small.test", user: "aeroplane" }).openSocket("/").then(() => "open", (error: { problem?: unknown }) => error.problem ?? error);
  };
  return { ids, visit };
}

test("who comes where all bridges are taken by others is told so, with how many there are", async () => {
  const { ids: [ann, ben, cara], visit } = await smallServer(3);
  const first = await Promise.all([ann!, ann!, ann!, ann!, ben!, ben!, ben!, ben!].map(visit));
  expect(first).toEqual(first.map(() => "open"));
  expect(await Promise.all([visit(cara!), visit(ann!)])).toMatchObject([
    { code: "BRIDGES_FULL", values: { address: "small.test", count: 8 } },
    { code: "BRIDGE_BUSY", values: { count: 4 } },
  ]);
});

test("a bridge that is given up in the moment in which it opens takes nobody along", async () => {
  const stream = new Duplex({ read() {}, write: (_part, _encoding, done) => done() });
  stream.push('==aeroplane-bridge== {"state":"open"}\n');
  const bridge = overBridge({ openCommand: async () => ({ stream, errors: () => "" }), close: () => {} } as never, { argv: [], address: "small.test", user: "aeroplane" });
  const thrown: unknown[] = [];
  const note = (error: unknown) => void thrown.push(error);
  process.prependListener("uncaughtException", note);
  onTestFinished(() => void process.off("uncaughtException", note));
  const opening = bridge.openSocket("/").then(() => "open", () => "given up");
  bridge.close();
  expect(await opening).toBe("given up");
  await new Promise((resolve) => setImmediate(resolve));
  expect(thrown).toEqual([]);
});
