// A whole agent with two sockets: that of a person who may only look, and that of an owner. Told an id, it lets that ticket expire.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "../../../agent/src/config/engine.ts";
import { openAgent } from "../../../agent/src/agent.ts";
import { createAgentServer } from "../../../agent/src/server/http.ts";
import { listen } from "../../../agent/src/server/sockets.ts";
import { createPerson } from "../../../agent/src/store/index.ts";

const PERSON = "0197a000-0009-7000-8000-000000000001";
const dataDir = mkdtempSync(join(tmpdir(), "viewer-agent-"));
const agent = openAgent({ dataDir, sockets: [], httpPort: 80, httpAddress: "127.0.0.1", caddy: "/nowhere/caddy", buildx: "/nowhere/buildx", dockerSocket: "/nowhere/docker.sock", caddyUnit: null, startsAtBoot: false });
createPerson(agent.db, { id: PERSON, name: "Vera", role: "viewer", publicKey: "ssh-ed25519 AAAA", fingerprint: "SHA256:x" });
const sockets = { viewer: join(dataDir, "viewer.sock"), owner: join(dataDir, "owner.sock") };
await listen(createAgentServer(agent.served, "aeroplane", () => PERSON), { path: sockets.viewer, login: null });
await listen(createAgentServer(agent.served, "root"), { path: sockets.owner, login: null });
process.send!(sockets);
process.on("message", (id: string) => {
  agent.db.prepare("UPDATE rawTicket SET expiresAt = 1 WHERE id = ?").run(id);
  process.send!("expired");
});
process.on("SIGTERM", () => {
  rmSync(dataDir, { recursive: true, force: true });
  process.exit(0);
});
