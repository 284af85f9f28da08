import { afterAll, beforeAll, expect, test } from "vitest";
import type { Check, DoctorReport } from "../../agent/contract/index.ts";
import { installAgent, type ServerAgent } from "../bars/server-agent.ts";
import { raiseWorld, type World } from "../world/raise.ts";
import type { Server } from "../world/server.ts";

// The doctor on a real server: what is fine there, what it finds when something is broken, and what a click mends.
const possible = process.getuid?.() === 0;
const story = test.skipIf(!possible);

let world: World;
let server: Server;
let agent: ServerAgent;

beforeAll(async () => {
  if (!possible) return;
  world = await raiseWorld();
  server = await world.server("ready");
  agent = await installAgent(server, new AbortController().signal);
});
afterAll(() => world?.stop());

const look = (desktopTime = Date.now()): Promise<DoctorReport> => agent.client.doctor.check({ desktopTime });
const found = ({ checks }: DoctorReport, id: string): Check => {
  const check = checks.find((each) => each.id === id);
  if (!check) throw new Error(`No check ${id} among ${checks.map((each) => each.id).join(", ")}`);
  return check;
};
const brief = (report: DoctorReport, ...ids: string[]) => ids.map((id) => `${id} ${found(report, id).state} ${found(report, id).problem?.code ?? "-"}`);

/** What is looked at has seconds for its answer, and is unknown on a machine that gave it none: then it is looked at again. */
const POLL = { timeout: 200_000, interval: 500 };
const shows = (ids: string[], wanted: string[], before: () => Promise<unknown> = async () => {}) =>
  expect.poll(async () => (await before(), brief(await look(), ...ids)), POLL).toEqual(wanted);

const RUNNING = [
  ...["agent.version", "agent.boot", "agent.files", "unit.aeroplane-agent", "unit.aeroplane-caddy", "unit.aeroplane-http.socket", "unit.docker"],
  ...["docker.engine", "docker.store", "builds.buildx", "builds.buildkit", "builds.git"],
  ...["caddy.answers", "caddy.config", "caddy.version", "port.http", "port.kept", "port.https", "web.certificates", "disk.mount", "disk.parts", "agent.rights", "agent.key", "system.processor", "system.libc"],
  ...["network.names", "network.kernel", "network.firewall", "clock.skew", "system.release", "system.reboot", "system.panel", "access.forwarding"],
];

story("a server that was just prepared is fine in all that the app brings", async () => {
  let report = await look();
  // The agent answers a moment before the Caddy that it starts.
  const wrong = async () => {
    report = await look();
    return RUNNING.filter((id) => found(report, id).state !== "ok").map((id) => `${id}: ${JSON.stringify(found(report, id))}`);
  };
  await expect.poll(wrong, POLL).toEqual([]);
  // Every finding that is not fine says what to do, with a code of the table.
  const mute = report.checks.filter(({ state, problem, detail }) => (state === "ok" ? !detail : state !== "unknown" && !problem)).map(({ id }) => id);
  expect(mute).toEqual([]);
  expect(new Set(report.checks.map(({ id }) => id)).size).toBe(report.checks.length);
});

story("a stopped Docker is found, started by a click, and written down", async () => {
  await server.exec(["systemctl", "stop", "docker.socket", "docker.service"]);
  await shows(["docker.engine", "unit.docker", "docker.version"], ["docker.engine fail DOCKER_UNAVAILABLE", "unit.docker fail UNIT_FAILED", "docker.version unknown -"]);
  expect(found(await look(), "docker.engine").fix?.id).toBe("docker.start");
  await agent.client.doctor.fix({ id: "docker.start" });
  await shows(["docker.engine", "unit.docker"], ["docker.engine ok -", "unit.docker ok -"]);
  const { rows } = await agent.client.audit.list({ procedure: "doctor.fix" });
  expect(rows.map(({ login, subject, outcome }) => [login, subject, outcome])).toEqual([["root", "docker.start", "ok"]]);
});

story("a Docker that hangs makes its checks unknown and holds up nothing", async () => {
  const pid = (await server.exec(["systemctl", "show", "--property=MainPID", "--value", "docker.service"])).trim();
  await server.exec(["kill", "-STOP", pid]);
  try {
    const ids = ["docker.engine", "docker.version", "caddy.answers", "disk.mount"];
    await shows(ids, ["docker.engine unknown CHECK_TIMED_OUT", "docker.version unknown CHECK_TIMED_OUT", "caddy.answers ok -", "disk.mount ok -"]);
  } finally {
    await server.exec(["kill", "-CONT", pid]);
  }
});

story("a Caddy that is gone, and one with a foreign configuration", async () => {
  // Broken anew before each look: the agent's own loop mends both, whenever it comes by.
  const stop = () => server.exec(["systemctl", "stop", "aeroplane-caddy.service"]);
  await shows(["caddy.answers", "unit.aeroplane-caddy", "port.http"], ["caddy.answers fail CADDY_UNAVAILABLE", "unit.aeroplane-caddy fail UNIT_FAILED", "port.http unknown -"], stop);
  await agent.client.doctor.fix({ id: "caddy.ensure" });
  await shows(["caddy.answers", "caddy.config", "port.http"], ["caddy.answers ok -", "caddy.config ok -", "port.http ok -"]);
  const socket = "/var/lib/aeroplane/caddy/run/admin.sock";
  // Where it is gone already there is nothing to delete.
  const change = () => server.exec(["curl", "--silent", "--unix-socket", socket, "-X", "DELETE", "http://localhost/config/apps/http/servers/public/errors"]);
  await shows(["caddy.answers", "caddy.config"], ["caddy.answers ok -", "caddy.config fail CADDY_CONFIG_OTHER"], change);
  await agent.client.doctor.fix({ id: "caddy.ensure" });
  await shows(["caddy.config"], ["caddy.config ok -"]);
});

story("a firewall that shuts the sites, a wrong clock and a waiting reboot are told with what to do", async () => {
  const rules = "table inet guard {\n chain input { type filter hook input priority 0; policy drop;\n ct state established,related accept\n iif lo accept\n tcp dport 22 accept\n }\n}\n";
  await server.exec(["nft", "-f", "-"], { input: rules });
  await server.exec(["touch", "/var/run/reboot-required"]);
  await expect.poll(async () => brief(await look(Date.now() - 600_000), "network.firewall", "clock.skew", "system.reboot"), POLL).toEqual(["network.firewall fail FIREWALL_BLOCKS", "clock.skew fail CLOCK_SKEWED", "system.reboot warn REBOOT_REQUIRED"]);
  await server.exec(["nft", "add", "rule", "inet", "guard", "input", "tcp", "dport", "{", "80,", "443", "}", "accept"]);
  await shows(["network.firewall", "clock.skew"], ["network.firewall warn FIREWALL_BLOCKS_HTTP3", "clock.skew ok -"]);
  await server.exec(["nft", "add", "rule", "inet", "guard", "input", "udp", "dport", "443", "accept"]);
  await shows(["network.firewall"], ["network.firewall ok -"]);
  await server.exec(["nft", "delete", "table", "inet", "guard"]);
});

story("the trail outlives the agent, and tells of its death", async () => {
  await agent.client.projects.create({ name: "shop" });
  await server.exec(["systemctl", "kill", "--signal=KILL", "aeroplane-agent.service"]);
  const events = async () => (await agent.client.audit.list({ search: "agent started" })).rows;
  await expect.poll(() => events().then((rows) => rows.length, () => 0), POLL).toBe(2);
  expect((await events())[0]!.input).toContain("without a word");
  const { rows } = await agent.client.audit.list({ search: "created shop" });
  expect(rows.map(({ login, procedure, subject }) => [login, procedure, subject])).toEqual([["root", "projects.create", "shop"]]);
});
