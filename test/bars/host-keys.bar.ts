// A host's key in every state, by the built-in client and by the system's ssh: the right sheet, the right refusal, no way round.
import { copyFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Desktop } from "../../src/desktop/desktop.ts";
import { raiseWorld } from "../world/raise.ts";
import { until } from "../world/wait.ts";
import { bar, type BarContext } from "./frame.ts";
import { createHost } from "./host-keys/host.ts";
import { changedHost, hops, knownHost, otherType, ownPin, revokedHost, unknownHost } from "./host-keys/states.ts";
import { createChecks, type Checks } from "./tunnel/checks.ts";
import { openDesk } from "./tunnel/desk.ts";

const states = [unknownHost, knownHost, changedHost, revokedHost, otherType, ownPin, hops];

export default bar({
  name: "host-keys",
  minutes: 10,
  run: async (context) => {
    const { say, cleanup, signal, short } = context;
    const log: string[] = [];
    const checks = createChecks((line) => (log.push(line), say(line)));
    const folder = await mkdtemp(join(tmpdir(), "host-keys-"));
    const home = process.env.HOME;
    cleanup(() => ((process.env.HOME = home), rm(folder, { recursive: true, force: true })));
    const [host, hop] = [await createHost(join(folder, "host")), await createHost(join(folder, "hop"))];
    cleanup(host.stop);
    cleanup(hop.stop);
    // One person's key opens both.
    copyFileSync(join(folder, "host/sshd/authorized"), join(folder, "hop/sshd/authorized"));
    for (const state of states) {
      signal.throwIfAborted();
      await state({ host, hop, folder, checks });
    }
    if (!short) await wholeApp(context, checks);
    return { ok: checks.wrong.length === 0, figure: `host-keys: ${log.length - checks.wrong.length} of ${log.length} checks of unknown, known, hashed, changed, revoked, second type, own record and jump host` };
  },
});

/** How signing in ended; what comes after it, preparing the server, is another measure's matter. */
async function pastSignIn({ servers, prompts }: Desktop, id: string, signal: AbortSignal): Promise<string> {
  return until("the end of signing in", () => {
    for (const prompt of prompts.list()) {
      if (prompt.type === "choices") return "signed in";
      if (prompt.type === "host-key") prompts.answer(prompt.id, { type: "host-key", accept: true });
    }
    const state = servers.list().find((server) => server.id === id)?.connection;
    if (state?.state === "failed") return state.problem.code;
    return (state?.state === "installing" || state?.state === "ready") && "signed in";
  }, { within: 60_000, every: 20, signal });
}

/** The same through the app's own procedures, against a rented server that is reinstalled. */
async function wholeApp({ say, signal, cleanup }: BarContext, { check }: Checks): Promise<void> {
  const world = await raiseWorld({ say, signal });
  cleanup(world.stop);
  const server = await world.server("bare");
  const desk = await openDesk();
  cleanup(() => (desk.desktop.close(), rm(desk.home, { recursive: true, force: true })));
  const { servers, ssh } = desk.desktop;
  const { id } = await servers.add({ user: "root", address: server.address, port: 22, auth: { type: "key", path: server.privateKeyPath } });
  const about = async () => {
    const end = await pastSignIn(desk.desktop, id, signal);
    servers.disconnect(id);
    return end;
  };
  check("the app: a new server", await about(), "signed in");
  await server.exec(["sh", "-c", "rm -f /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh"]);
  servers.connect(id);
  check("the app: after it was reinstalled", await about(), "HOST_KEY_CHANGED");
  const { removed } = await ssh.forgetHostKey(servers.overSsh(id), { address: server.address, typed: server.address });
  check("the app: the old key forgotten", removed.length, 1);
  servers.connect(id);
  check("the app: the new key asked about and trusted", await about(), "signed in");
}
