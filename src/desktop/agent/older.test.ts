import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createAgentClient } from "./client.ts";

// What an agent's own server answers where its router has no such procedure.
test("an agent that has never heard of a procedure is called older, not away", async () => {
  const folder = mkdtempSync(join(tmpdir(), "older-agent-"));
  const socket = join(folder, "a.sock");
  const server = createServer((_asked, answer) => void answer.writeHead(404, { "content-type": "text/plain" }).end("Not found\n"));
  server.listen(socket);
  await once(server, "listening");
  const { client, close } = createAgentClient(async () => {
    const line = connect(socket);
    await once(line, "connect");
    return line;
  });
  onTestFinished(() => {
    close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const problem = (error: { data?: unknown }) => error.data;
  const expected = (procedure: string) => ({ code: "PROCEDURE_UNKNOWN", message: `The agent on this server does not know ${procedure}: it is older than this app.`, retry: true });
  expect(await client.projects.list({}).catch(problem)).toMatchObject(expected("projects.list"));
  expect(await client.changes.watch({}).catch(problem)).toMatchObject(expected("changes.watch"));
});
