// People with a role: what each may do, over the real forced command, and that their key opens nothing else on the host.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ROLES, type Person, type Role } from "../../agent/contract/index.ts";
import { run } from "../world/command.ts";
import type { Server } from "../world/server.ts";
import { raiseWorld } from "../world/raise.ts";
import { until } from "../world/wait.ts";
import { bar, type BarContext } from "./frame.ts";
import { attempts, type Attempt } from "./roles/attacks.ts";
import { intruder, newKey, type Key } from "./roles/keys.ts";
import { codeOf, everyProcedure, tryAll } from "./roles/matrix.ts";
import { ask, openBridge } from "./roles/through.ts";
import { createChecks, type Checks } from "./tunnel/checks.ts";
import { openDesk, type Desk } from "./tunnel/desk.ts";

type Bench = BarContext & Checks & { server: Server; desk: Desk; ownerId: string; folder: string; gateway: string; keys: Record<Role, Key>; people: Record<Role, Person> };

export default bar({
  name: "roles",
  minutes: 15,
  run: async (context) => {
    const { short } = context;
    const checks = createChecks(context.say);
    const began = performance.now();
    const bench = await openBench(context, checks);
    context.say(`prepared after ${Math.round((performance.now() - began) / 1000)} s`);
    const count = await everyRole(bench);
    const tried = await everyAttack(bench);
    await throughTheBridge(bench);
    await tracesOf(bench);
    if (!short) await overARestart(bench);
    const revoked = await revocation(bench);
    if (!short) {
      await ownersSecondDoor(bench);
      await nothingLeft(bench);
    }
    const late = !short && revoked > 1000;
    const { length } = checks.wrong;
    return {
      ok: length === 0 && !late,
      figure: `roles: ${count} procedures × ${ROLES.length} roles over the forced command, ${tried} other ways in tried with a viewer's key, ${length} of all checks wrong; revoked and cut off after ${revoked} ms`,
    };
  },
});

async function openBench(context: BarContext, checks: Checks): Promise<Bench> {
  const { say, signal, cleanup } = context;
  const world = await raiseWorld({ say, signal });
  cleanup(world.stop);
  const server = await world.server("ready");
  // The attempts fail on purpose and all come from one address.
  await server.exec(["sh", "-c", "echo 'PerSourcePenalties no' > /etc/ssh/sshd_config.d/00-bar.conf && systemctl reload ssh"]);
  const desk = await openDesk();
  cleanup(() => (desk.desktop.close(), rm(desk.home, { recursive: true, force: true })));
  const { id: ownerId } = await desk.desktop.servers.add({ user: "root", address: server.address, port: 22, auth: { type: "key", path: server.privateKeyPath } });
  await ready(desk, ownerId, signal);
  const owner = desk.agentOf(ownerId);
  const folder = join(world.folder, "keys");
  await mkdir(folder);
  const keys = {} as Record<Role, Key>;
  const people = {} as Record<Role, Person>;
  for (const role of ROLES) {
    keys[role] = await newKey(folder, role);
    people[role] = await owner.people.invite({ name: `The ${role}`, role, publicKey: keys[role].publicKey });
  }
  return { ...context, ...checks, server, desk, ownerId, folder, gateway: world.gateway, keys, people };
}

async function ready(desk: Desk, id: string, signal: AbortSignal): Promise<void> {
  const settled = await desk.settled(id, signal);
  if (settled.state !== "ready") throw new Error(`The server is not ready: ${JSON.stringify(settled)}`);
}

/** The server as that person has it in their own window. */
async function as(bench: Bench, role: Role): Promise<string> {
  const { desk, server, keys, signal } = bench;
  const { id } = await desk.desktop.servers.add({ user: "aeroplane", address: server.address, port: 22, auth: { type: "key", path: keys[role].path } });
  await ready(desk, id, signal);
  return id;
}

async function everyRole(bench: Bench): Promise<number> {
  const { desk, check } = bench;
  for (const role of ROLES) {
    const id = await as(bench, role);
    const { me } = await desk.agentOf(id).instance.hello({});
    check(`hello to the ${role}`, me, { role, name: `The ${role}`, personId: bench.people[role].id });
    check(`every procedure as ${role}`, await tryAll(desk.agentOf(id), role), []);
    await desk.desktop.servers.remove(id);
  }
  return everyProcedure().length;
}

async function everyAttack(bench: Bench): Promise<number> {
  const { server, folder, gateway, keys, short, check } = bench;
  const place = async (name: string, key: Key, user?: string) => {
    const own = join(folder, name);
    await mkdir(own, { recursive: true });
    await writeFile(join(own, "bait"), "bait\n");
    return attempts({ server, gateway, folder: own, intruder: intruder(server.address, key, user) });
  };
  const tried = await place("as-viewer", keys.viewer);
  for (const [name, got] of await all(tried)) check(name, got, "nothing");
  const left = await server.tryExec(["sh", "-c", "ls -d /tmp/intruder* 2>/dev/null; find / -xdev -user aeroplane -not -path '/proc/*' 2>/dev/null; find /run -user aeroplane -not -path '/run/user/*' -not -name .people.sock 2>/dev/null"]);
  check("files that a person left on the server", left.stdout.trim(), "");
  if (short) return tried.length;
  // The same with a login that may do it all: an attempt that fails for everybody would show nothing.
  const key = { path: server.privateKeyPath, publicKey: "" };
  const mute = /rsync|own arguments|another name|environment|people.sock|system_bus|tunnel device|X11|password|a terminal$/;
  const control = (await place("as-root", key, "root")).filter(({ name }) => !mute.test(name));
  for (const [name, got] of await all(control)) check(`as root, ${name}`, got === "nothing", false);
  await server.exec(["sh", "-c", "rm -rf /tmp/intruder*"]);
  return tried.length;
}

/** A few at a time: sshd lets only so many knock at once. */
async function all(list: Attempt[]): Promise<[string, string][]> {
  const results: [string, string][] = [];
  const rest = [...list];
  const one = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) results.push([next.name, await next.got().catch((error: unknown) => `failed to try: ${String(error)}`)]);
  };
  await Promise.all(Array.from({ length: 5 }, one));
  return results;
}

async function throughTheBridge({ server, keys, people, check }: Bench): Promise<void> {
  const raw = await openBridge(server.address, keys.viewer, `bridge --person ${people.owner.id} --socket /run/docker.sock`);
  check("the bridge asked for another person", raw.banner, '==aeroplane-bridge== {"state":"open"}');
  check("another method than CONNECT", await raw.status("GET"), 405);
  const head = (text: string) => text.split("\r\n")[0] ?? "";
  check("the agent's own path", head(await ask(await raw.connect(), call("/rpc/instance/hello"))), "HTTP/1.1 200 OK");
  check("another path of the agent", head(await ask(await raw.connect(), call("/_ping"))), "HTTP/1.1 404 Not Found");
  check("another address for the proxy", head(await ask(await raw.connect("127.0.0.1:22"), call("/_ping"))), "HTTP/1.1 404 Not Found");
  check("another person's name in the stream", head(await ask(await raw.connect(), `call ${people.owner.id}\n${call("/rpc/people/list")}`)), "HTTP/1.1 400 Bad Request");
  const owned = await ask(await raw.connect(), call("/rpc/projects/create").replace("\r\nhost", `\r\nx-aeroplane-person: ${people.owner.id}\r\nx-aeroplane-key: ${people.owner.fingerprint}\r\nhost`));
  check("another person's name in a header", /ROLE_REFUSED/.test(owned), true);
  const processes = async () => (await server.exec(["sh", "-c", "pgrep -u aeroplane -f agent.mjs | while read pid; do tr '\\0' ' ' < /proc/$pid/cmdline | grep -o 'bridge --socket.*'; tr '\\0' '\\n' < /proc/$pid/environ | cut -d= -f1 | sort | tr '\\n' ' '; done"])).trim().split(/\s*\n\s*/);
  // Those of sessions before it end a moment after who has hung up.
  await until("one bridge alone", async () => (await processes()).length === 2, { within: 60_000 }).catch(() => {});
  check("the bridge's words and environment", await processes(), [`bridge --socket /run/aeroplane/.people.sock --person ${people.viewer.id}`, "LANG PATH"]);
  raw.close();
  const guest = await server.tryExec(["sh", "-c", "test -r /run/aeroplane/.people.sock || test -w /run/aeroplane/.people.sock || cat /var/lib/aeroplane/people/.ssh/authorized_keys"], { user: "guest" });
  check("another local user at the people's socket and keys", [guest.code !== 0, guest.stdout], [true, ""]);
}

async function tracesOf({ server, people, check }: Bench): Promise<void> {
  const node = (await server.exec(["sh", "-c", "ls -d /opt/aeroplane/parts/node-*/node"])).trim();
  const query = "select person, fingerprint, login from audit where procedure = 'projects.create' and personId = ? and outcome = 'ROLE_REFUSED' limit 1";
  const script = `const {DatabaseSync} = require("node:sqlite"); console.log(JSON.stringify(new DatabaseSync("/var/lib/aeroplane/store.db", {readOnly: true}).prepare(process.argv[1]).get(process.argv[2])))`;
  const row = await server.exec([node, "--disable-warning=ExperimentalWarning", "-e", script, query, people.viewer.id]);
  const own = await server.exec([node, "--disable-warning=ExperimentalWarning", "-e", script, "select login, person, fingerprint from audit where procedure = 'people.invite' and outcome = 'ok' and ? <> '' limit 1", "x"]);
  const print = (await run(["ssh-keygen", "-lf", server.privateKeyPath])).split(" ")[1];
  check("the owner in the audit trail, with the key that the app used", JSON.parse(own), { login: "root", person: null, fingerprint: print });
  check("the refusal in the audit trail", JSON.parse(row), { person: "The viewer", fingerprint: people.viewer.fingerprint, login: "aeroplane" });
}

/** The agent goes and comes back under an open bridge; what it derives from its store is put right; a role counts at once. */
async function overARestart({ server, keys, people, desk, ownerId, check, signal }: Bench): Promise<void> {
  const file = "/var/lib/aeroplane/people/.ssh/authorized_keys";
  const keysBefore = await server.exec(["cat", file]);
  const raw = await openBridge(server.address, keys.deployer);
  await server.exec(["sh", "-c", `systemctl stop aeroplane-agent.service; echo 'ssh-ed25519 AAAA somebody' >> ${file}`]);
  check("the bridge while the agent is away", (await openBridge(server.address, keys.deployer)).banner, '==aeroplane-bridge== {"state":"away"}');
  await server.exec(["systemctl", "start", "aeroplane-agent.service"]);
  const hello = async () => (await ask(await raw.connect(), call("/rpc/instance/hello"))).split("\r\n")[0] ?? "";
  const answered = await until("the agent through the open bridge", async () => (await hello().catch(() => "")).endsWith("200 OK"), { within: 30_000, signal });
  check("an open bridge after the agent came back", answered, true);
  check("a line that somebody added to the keys", (await server.exec(["cat", file])) === keysBefore, true);
  await until("the owner's connection", () => desk.agentOf(ownerId).people.list({}).then(() => true, () => false), { within: 30_000, signal });
  await desk.agentOf(ownerId).people.changeRole({ id: people.deployer.id, role: "viewer" });
  check("a deployer who became a viewer", /ROLE_REFUSED/.test(await ask(await raw.connect(), call("/rpc/projects/create"))), true);
  raw.close();
}

const call = (path: string) => `POST ${path} HTTP/1.1\r\nhost: agent\r\ncontent-type: application/json\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{"json":{}}`;

/** From the owner's click to the end of an open stream, of the bridge, and of the SSH connection behind it. */
async function revocation(bench: Bench): Promise<number> {
  const { desk, ownerId, keys, server, people, check, signal } = bench;
  const id = await as(bench, "viewer");
  const watching = await desk.agentOf(id).changes.watch({});
  await watching.next();
  const raw = await openBridge(server.address, keys.viewer);
  const began = performance.now();
  const after = () => Math.round(performance.now() - began);
  const stream = (async () => {
    for (let batch = await watching.next(); !batch.done; batch = await watching.next());
  })().catch(() => {}).then(after);
  await desk.agentOf(ownerId).people.revoke({ id: people.viewer.id });
  const told = after();
  const never = pause(60_000).then(after);
  const ended = await Promise.all([stream, raw.closed.then(after)].map((end) => Promise.race([end, never])));
  bench.say(`revoked after ${told} ms, open stream ended after ${ended[0]} ms, SSH connection after ${ended[1]} ms`);
  check("a call after it", await codeOf(desk.agentOf(id), ["instance", "hello"]) === "ok", false);
  check("the key after it", (await intruder(server.address, keys.viewer).ssh([], ["x"])).code, 255);
  desk.desktop.servers.connect(id);
  const settled = await desk.settled(id, signal);
  check("the window after it", settled.state === "failed" && settled.problem.code, "KEY_NOT_ADMITTED");
  const runs = async () => (await server.tryExec(["pgrep", "-u", "aeroplane", "-f", "agent.mjs"])).stdout;
  await until("the end of what ran for that login", async () => (await runs()) === "", { within: 60_000 }).catch(() => {});
  check("what runs for that login", await runs(), "");
  await desk.desktop.servers.remove(id);
  return Math.max(told, ...ended);
}

/** The same door for the owner of a host that forbids forwarding, with a login that prints before it runs anything. */
async function ownersSecondDoor({ server, desk, ownerId, check, signal }: Bench): Promise<void> {
  await server.exec(["sh", "-c", "echo 'DisableForwarding yes' >> /etc/ssh/sshd_config.d/00-bar.conf && echo 'echo; echo Welcome; printf noise' > /root/.bashrc && systemctl reload ssh"]);
  await desk.desktop.servers.remove(ownerId);
  const forwarding = await desk.desktop.servers.add({ user: "root", address: server.address, port: 22, auth: { type: "key", path: server.privateKeyPath } });
  const refused = await desk.settled(forwarding.id, signal);
  check("forwarding where it is forbidden", refused.state === "failed" && refused.problem.code, "FORWARDING_REFUSED");
  await desk.desktop.servers.remove(forwarding.id);
  const bridged = await desk.desktop.servers.add({ user: "root", address: server.address, port: 22, auth: { type: "key", path: server.privateKeyPath }, door: "bridge" });
  await ready(desk, bridged.id, signal);
  check("an owner through the bridge", (await desk.agentOf(bridged.id).instance.hello({})).me, { role: "owner", name: null, personId: null });
  await desk.desktop.servers.remove(bridged.id);
}

async function nothingLeft({ server, check }: Bench): Promise<void> {
  const command = (await server.exec(["sh", "-c", "sed -n 's/^ExecStart=//p' /etc/systemd/system/aeroplane-agent.service"])).trim().split(" ");
  await server.exec(["systemctl", "stop", "aeroplane-agent.service"]);
  const at = command.indexOf("serve");
  await server.exec([...command.slice(0, at), "purge", "--data-dir", "/var/lib/aeroplane", "--caddy-unit", "aeroplane-caddy.service", "--people", "aeroplane", "--bridge", "/opt/aeroplane/bin/aeroplane-bridge"]);
  const left = await server.tryExec(["sh", "-c", "getent passwd aeroplane; getent group aeroplane; ls /opt/aeroplane/bin/aeroplane-bridge /var/lib/aeroplane 2>/dev/null; true"]);
  check("after a purge", left.stdout.trim(), "");
}
