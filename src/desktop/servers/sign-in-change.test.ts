import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openRooms } from "../../../agent/src/api/rooms.fixture.ts";
import { createAgentServer } from "../../../agent/src/server/http.ts";
import { listen } from "../../../agent/src/server/sockets.ts";
import type { Server, ServerLogin } from "../../contract/index.ts";
import { createAgentClient } from "../agent/client.ts";
import { createPrompts } from "../prompts/prompts.ts";
import { createSignInChange } from "./sign-in-change.ts";

test("a sign-in that leads to the agent of another server is refused, and nothing of it is kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sign-in-"));
  const rooms = openRooms();
  const path = join(folder, "agent.sock");
  const agent = createAgentServer(rooms.served, "root");
  await listen(agent, { path, login: null });
  const openSocket = async () => {
    const line = connect(path);
    await once(line, "connect");
    return line;
  };
  const { client, close } = createAgentClient(openSocket);
  onTestFinished(async () => {
    close();
    agent.closeAllConnections();
    agent.close();
    await rooms.close();
    rmSync(folder, { recursive: true });
  });
  const hello = await client.instance.hello({});
  const login: ServerLogin = { user: "root", address: "203.0.113.1", port: 22, auth: { type: "agent" }, alias: null, jumps: [], client: "built-in", door: "forwarding" };
  const moved = { ...login, address: "203.0.113.2" };
  const kept: ServerLogin[] = [];
  let closed = 0;
  const changeFor = (instanceId: string) => {
    const server: Server = { id: instanceId, name: "eu-1", kind: "ssh", login, tags: [], connection: { state: "offline" }, hello: { ...hello, instanceId }, lastSeenAt: 1, notice: null };
    const change = createSignInChange({
      way: async () => ({ transport: { openSocket, key: null, close: () => (closed += 1) }, askSudo: async () => null }) as never,
      prompts: createPrompts(),
      keychain: { forget: async () => {} },
      find: () => server,
      keep: async (_id, next) => (kept.push(next), { ...server, login: next }),
    });
    return change(server.id, moved).then(({ login: now }) => now?.address, ({ problem }) => problem);
  };
  const elsewhere = await changeFor("01890000-0000-7000-8000-000000000000");
  expect([elsewhere, kept]).toEqual([expect.objectContaining({ code: "SIGN_IN_ELSEWHERE", message: `203.0.113.2 leads to another server than eu-1: the agent there is that of ${hello.hostname}.` }), []]);
  expect([await changeFor(hello.instanceId), kept, closed]).toEqual(["203.0.113.2", [moved], 2]);
});
