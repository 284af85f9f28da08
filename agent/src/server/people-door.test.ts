import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRooms } from "../api/rooms.fixture.ts";
import { createPerson } from "../store/index.ts";
import { createAgentServer } from "./http.ts";
import { bridgesOf, createPeopleDoor } from "./people-door.ts";
import { listen } from "./sockets.ts";

const PEOPLE = 8;
const LARGEST = 16 * 1024;
let folder: string;
let rooms: ReturnType<typeof openRooms>;
let door: ReturnType<typeof createPeopleDoor>;
let people: string[];
const sockets: Socket[] = [];
const place = () => join(folder, "people.sock");

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-door-"));
  rooms = openRooms();
  people = Array.from({ length: PEOPLE }, () => uuid());
  for (const [at, id] of people.entries()) createPerson(rooms.core.db, { id, name: `Viewer ${at}`, role: "viewer", publicKey: `ssh-ed25519 ${at}`, fingerprint: `SHA256:${at}` });
  door = createPeopleDoor({ login: "aeroplane", socket: place(), bridge: "" }, rooms.served, rooms.core.db);
  await door.open({ uid: process.getuid!(), gid: process.getgid!() });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  door.close();
  await rooms.close();
  rmSync(folder, { recursive: true });
});

/** As a bridge opens it for this person; what is said after is what the person says. */
function call(person: string, words: string): { socket: Socket; said: () => string; closed: Promise<void> } {
  const socket = connect(place(), () => socket.write(`call ${person}\n${words}`));
  sockets.push(socket);
  let said = "";
  socket.setEncoding("utf8").on("data", (text: string) => (said += text));
  socket.on("error", () => {});
  return { socket, said: () => said, closed: new Promise((resolve) => socket.once("close", () => resolve())) };
}
const post = (path: string, length: number) => `POST /rpc/${path} HTTP/1.1\r\nhost: agent\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
/** The machine may have other work. */
const PATIENT = { timeout: 60_000 };
const settled = () => new Promise((later) => setTimeout(later, 300));

test("who may not is refused before a byte of the body, and so is a body that is too large", async () => {
  const knocking = [call(people[0]!, post("variables/change", 20 * 1024 ** 2)), call(people[0]!, post("instance/hello", 10 * 1024 ** 3))];
  await expect.poll(() => knocking.map(({ said }) => /"code":"(\w+)"/.exec(said())?.[1]), PATIENT).toEqual(["ROLE_REFUSED", "BODY_TOO_LARGE"]);
});

test("bodies of viewers are bounded in sum, and an owner gets through beside them", async () => {
  const owners = createAgentServer(rooms.served, "root");
  await listen(owners, { path: join(folder, "root.sock"), login: null });
  const held = () => (globalThis.gc?.(), process.memoryUsage().arrayBuffers + process.memoryUsage().external);
  const before = held();
  // All but the last byte of each: none of these calls ever begins.
  const body = "x".repeat(LARGEST - 1);
  const calls = people.flatMap((person) => Array.from({ length: 128 }, () => call(person, post("instance/hello", LARGEST) + body)));
  const standing = () => calls.filter(({ socket }) => !socket.destroyed);
  await expect.poll(() => standing().length, PATIENT).toBe(512);
  await settled();
  const open = standing();
  expect(held() - before).toBeLessThan(64 * 1024 ** 2);
  const answered = await new Promise<number | undefined>((resolve, reject) => {
    request({ socketPath: join(folder, "root.sock"), path: "/rpc/instance/hello", method: "POST", headers: { "content-type": "application/json" } }, (response) => resolve(response.resume().statusCode)).on("error", reject).end('{"json":{}}');
  });
  expect(answered).toBe(200);
  owners.close();
  // With room again, those that waited go on.
  const { socket, said } = open.at(-1)!;
  for (const one of open.slice(0, -1)) one.socket.destroy();
  socket.write("x");
  await expect.poll(said, PATIENT).toContain("HTTP/1.1 400");
});

test("one who has his share of bodies keeps nobody else waiting", async () => {
  const many = Array.from({ length: 100 }, () => call(people[0]!, post("instance/hello", LARGEST) + "x"));
  await settled();
  const other = call(people[1]!, `${post("instance/hello", 11)}{"json":{}}`);
  await expect.poll(other.said, PATIENT).toContain("HTTP/1.1 200");
  expect(many.every(({ said }) => said() === "")).toBe(true);
});

test("nobody can have all connections, nor all that say nothing", async () => {
  const silent = Array.from({ length: 300 }, () => {
    const socket = connect(place());
    sockets.push(socket);
    socket.on("error", () => {});
    return socket.resume();
  });
  await expect.poll(() => silent.filter((socket) => socket.destroyed).length, PATIENT).toBe(300 - 256);
});

test("as many calls as one may have at a time may come at once, before any of them has said whose it is", async () => {
  const opened = await Promise.all(Array.from({ length: 128 }, () => new Promise<Socket>((resolve) => {
    const socket = connect(place(), () => resolve(socket));
    sockets.push(socket);
    socket.on("error", () => {}).resume();
  })));
  await settled();
  expect(opened.filter(({ destroyed }) => destroyed)).toEqual([]);
});

test("one person never has all bridges, however small the server is", () => {
  const GiB = 1024 ** 3;
  expect([GiB / 2, GiB, 4 * GiB, 64 * GiB].map(bridgesOf)).toEqual([
    { all: 8, each: 4 },
    { all: 10, each: 5 },
    { all: 40, each: 8 },
    { all: 128, each: 8 },
  ]);
});
