// What the long form adds: the power cable, the switch itself killed, and a person who tries again.
import { setTimeout as pause } from "node:timers/promises";
import type { Server } from "../../world/server.ts";
import { until } from "../../world/wait.ts";
import type { BarContext } from "../frame.ts";
import type { Seat } from "../upgrade.bar.ts";
import { makeRelease } from "./agents.ts";
import { contentsOf, differences, leftOfTrial, switches } from "./contents.ts";

const KILLS = 6;
const SWITCH = "aeroplane-upgrade.service";

/** After each, one agent answers, it is the one that the unit names, and the data are whole. */
export async function storms({ say, signal }: Pick<BarContext, "say" | "signal">, seat: Seat, bundles: string, wrong: string[]): Promise<string> {
  const { server } = seat;
  const before = await contentsOf(server);
  const check = async (what: string, schema: number) => {
    const now = await contentsOf(server);
    wrong.push(...[...differences(before, now), ...(await leftOfTrial(server))].map((text) => `${what}: ${text}`));
    if (now.schema !== schema) wrong.push(`${what}: the store has schema ${now.schema}, not ${schema}`);
  };

  const silent = await makeRelease(bundles, "1.3.0", { migrations: 1, fault: "is silent" });
  const cut = seat.open(silent);
  await tried(server);
  await server.kill();
  await server.start();
  const standing = await until("the agent after the power cut", () => versionOf(server), { within: 30_000, signal });
  say(`the power was cut during a trial: ${standing} came back`);
  if (standing !== "1.1.0") wrong.push(`after a power cut the unit starts ${standing}`);
  await check("after a power cut", before.schema);
  // The app tries once more by itself, since nobody has refused it yet; then it stays refused.
  const { desk, found } = await cut;
  if (found.notice?.code !== "UPGRADE_UNDONE") wrong.push(`after a power cut: ${found.notice?.message ?? "nothing is said"}`);
  const begun = await switches(server);
  desk.desktop.servers.upgrade(seat.serverId);
  await desk.settled(seat.serverId, signal);
  if ((await switches(server)) !== begun + 1) wrong.push("a person's wish to try again was not heard");
  desk.desktop.close();
  await check("after a person tried again", before.schema);

  for (let kill = 1; kill <= KILLS; kill += 1) {
    const next = await makeRelease(bundles, `1.4.${kill}`, { migrations: 1 + kill });
    const opening = seat.open(next);
    await tried(server);
    const moment = Math.round(Math.random() * 4000);
    await pause(moment, undefined, { signal });
    await server.tryExec(["systemctl", "kill", "--signal=KILL", SWITCH]);
    const opened = await opening;
    say(`the switch was killed after ${moment} ms: ${opened.found.hello?.agentVersion} answers`);
    if (opened.found.hello?.agentVersion !== next.version) wrong.push(`the switch was killed after ${moment} ms: ${opened.found.hello?.agentVersion} answers; ${opened.found.notice?.message}`);
    opened.desk.desktop.close();
    await check(`the switch was killed after ${moment} ms`, before.schema + kill);
  }
  return `; 1 power cut, ${KILLS} kills of the switch`;
}

async function tried(server: Server): Promise<void> {
  await until("a switch", async () => (await server.tryExec(["systemctl", "--quiet", "is-active", SWITCH])).code === 0, { within: 60_000, every: 100 });
}

/** The agent that the unit starts, once it runs. */
async function versionOf(server: Server): Promise<string | false> {
  const pid = (await server.exec(["systemctl", "show", "--value", "--property=MainPID", "aeroplane-agent.service"])).trim();
  if (pid === "0") return false;
  const words = await server.exec(["cat", `/proc/${pid}/cmdline`]);
  return /\/agent-([^/]+)-[0-9a-f]{12}\/agent\.mjs/.exec(words)?.[1] ?? false;
}
