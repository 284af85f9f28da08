// From Add to a built site that answers: a server with nothing but sshd, prepared by the desktop's own services in one go.
import { rm } from "node:fs/promises";
import { raiseWorld, type World } from "../world/raise.ts";
import type { Server } from "../world/server.ts";
import { until } from "../world/wait.ts";
import { bar, type BarContext } from "./frame.ts";
import { addServer, told, watchSteps, type Person } from "./prepare/press.ts";
import { ask, deploySite, type Site } from "./prepare/site.ts";
import { leftovers } from "./prepare/traces.ts";
import { createChecks, type Checks } from "./tunnel/checks.ts";
import { openDesk, type Desk } from "./tunnel/desk.ts";

export type Run = BarContext & { world: World; desk: Desk; checks: Checks };

export default bar({
  name: "bare-to-ready",
  minutes: 20,
  run: async (context) => {
    const { say, signal, cleanup, short } = context;
    const world = await raiseWorld({ say, signal });
    cleanup(world.stop);
    const desk = await openDesk();
    cleanup(() => (desk.desktop.close(), rm(desk.home, { recursive: true, force: true })));
    const checks = createChecks(say);
    const run = { ...context, world, desk, checks };

    const times: string[] = [];
    const first = await fromBare(run, 13);
    times.push(`Debian 13 ${first.seconds} s`);
    if (!short) times.push(`Debian 12 ${(await fromBare(run, 12)).seconds} s`);
    await otherDoor(run, first.server);
    if (!short) await uninstalled(run, first);
    return { ok: checks.wrong.length === 0, figure: `bare-to-ready: ${times.join(", ")} from Add to a built site that answers; forwarding refused: told, and the bridge offered; ${checks.wrong.length} checks wrong` };
  },
});

type Prepared = { server: Server; person: Person; site: Site; seconds: string };

async function fromBare({ world, desk, checks, say, signal, short }: Run, debian: 12 | 13): Promise<Prepared> {
  const server = await world.server("bare", { debian });
  // Its seconds are those of the long form: here dpkg need not wait for the disk at every file.
  if (short) await server.exec(["tee", "/etc/dpkg/dpkg.cfg.d/world"], { input: "force-unsafe-io\n" });
  // The long form shows it with a firewall that refuses everything but SSH.
  if (!short && debian === 13) await closeFirewall(server);
  const began = performance.now();
  const person = await addServer(desk, server, { signal, say });
  watchSteps(desk, person.id, signal, say);
  const settled = await person.settled();
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
  say(`Debian ${debian}: ${told(settled)} after ${seconds()} s`);
  if (settled.state !== "ready") throw new Error(told(settled));
  const site = await deploySite(desk, person.id, { world, name: `bare${debian}`, signal });
  checks.check(`Debian ${debian}: the site answers`, await ask(server, site), site.release);
  const took = seconds();
  checks.check(`Debian ${debian}: failed units`, await server.exec(["systemctl", "list-units", "--failed", "--no-legend"]), "");
  return { server, person, site, seconds: took };
}

/** As a careful person has it: all but SSH is refused. Docker's own rules for its names stay untouched. */
async function closeFirewall(server: Server): Promise<void> {
  await server.exec(["sh", "-c", "apt-get update -q && apt-get install -yq --no-install-recommends nftables"]);
  const rules = `table inet filter {
    chain input { type filter hook input priority 0; policy drop;
      iif lo accept; ct state established,related accept; meta l4proto icmp accept; tcp dport 22 accept
    }
  }`;
  await server.exec(["nft", "-f", "-"], { input: rules });
}

/** sshd forbids forwarding: told in words before anything is sent, and the bridge is the way as soon as it was chosen. */
async function otherDoor({ desk, checks, signal, say, short }: Run, server: Server): Promise<void> {
  for (const rule of short ? ["AllowTcpForwarding no"] : ["AllowTcpForwarding no", "AllowStreamLocalForwarding no", "DisableForwarding yes"]) {
    await server.exec(["sh", "-c", 'printf "%s\\n" "$1" > /etc/ssh/sshd_config.d/05-forwarding.conf && systemctl restart ssh', "sh", rule]);
    const person = await addServer(desk, server, { signal, say, user: "deploy" });
    const refused = await person.settled();
    const { problem } = refused.state === "failed" ? refused : { problem: null };
    checks.check(`${rule}: told`, problem?.code, "FORWARDING_REFUSED");
    checks.check(`${rule}: the rule is named`, problem?.detail?.includes(rule.toLowerCase()), true);
    await desk.desktop.servers.setDoor(person.id, "bridge");
    const bridged = await person.settled();
    checks.check(`${rule}: through the bridge`, told(bridged), "ready");
    if (bridged.state === "ready") checks.check(`${rule}: the agent answers`, (await desk.agentOf(person.id).projects.list({})).length, 1);
    await desk.desktop.servers.remove(person.id);
  }
  await server.exec(["sh", "-c", "rm /etc/ssh/sshd_config.d/05-forwarding.conf; systemctl restart ssh"]);
}

/** Apps kept: the site answers without an agent, also after a reboot, and comes back under one. Then nothing is left. */
export async function uninstalled({ desk, checks, say, signal }: Run, { server, person, site }: Prepared): Promise<void> {
  const { servers } = desk.desktop;
  const { name } = servers.list().find(({ id }) => id === person.id)!;
  const uninstall = async (apps: "keep" | "remove") => {
    for await (const { ended, problem } of servers.uninstall({ id: person.id, apps, confirm: name }, signal)) if (ended) return problem;
    return null;
  };
  checks.check("uninstalled, apps kept", await uninstall("keep"), null);
  say(`kept: ${(await leftovers(server)).join(", ")}`);
  checks.check("the kept site answers", await ask(server, site), site.release);
  await server.reboot();
  checks.check("the kept site answers after a reboot", await until("the site", async () => (await ask(server, site)) === site.release, { within: 60_000 }), true);
  person.press();
  checks.check("added again", told(await person.settled()), "ready");
  checks.check("its apps are known again", (await desk.agentOf(person.id).services.list({})).map((service) => service.state), ["live"]);
  checks.check("uninstalled, apps removed", await uninstall("remove"), null);
  checks.check("left on the server", await leftovers(server), []);
}
