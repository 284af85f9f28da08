import { fail, PEOPLE_LOGIN } from "@aeroplane/agent/contract";
import type { PrepareStep } from "../servers/connection.ts";
import type { Transport } from "../ssh/transport.ts";
import { examine, type AskSudo } from "./examine.ts";
import { CLOSE_FIREWALL } from "./firewall.ts";
import { AGENT_UNIT, CADDY_UNIT, HTTP_SOCKET, NAMES_UNIT, PLACES } from "./places.ts";
import { sendText } from "./send.ts";
import { stopSupervisor } from "./service.ts";
import { standing } from "./standing.ts";
import { createSteps } from "./steps.ts";
import { REMOVE_SWAP } from "./swap.ts";
import { lastLines, runTask } from "./task.ts";
import { SWITCH_UNIT, TRIAL_FOLDER } from "./upgrade/switch.ts";
import { createWay, type Way } from "./way.ts";

export type UninstallOptions = {
  transport: Transport;
  address: string;
  apps: "keep" | "remove";
  askSudo: AskSudo;
  report: (steps: PrepareStep[]) => void;
  signal?: AbortSignal;
};

/** Takes everything of ours off a server; every step may be run again. Packages of the distribution stay. */
export async function uninstall({ transport, address, apps, askSudo, report, signal }: UninstallOptions): Promise<void> {
  const steps = createSteps(report);
  const remove = apps === "remove";
  steps.plan([
    { id: "look", label: "Look at the server" },
    { id: "stop", label: "Stop the agent" },
    ...(remove ? [{ id: "apps", label: "Remove the apps and their data" }] : [{ id: "keep", label: "Keep the sites and the private names without an agent" }]),
    ...(remove ? [{ id: "undo", label: "Take back the firewall's openings and the swap" }] : []),
    { id: "files", label: "Remove programs, units and accounts" },
  ]);
  const { way, systemd } = await steps.run("look", async () => {
    const stands = await standing(createWay({ transport, address, signal, root: { by: "yes" } }));
    const { found, way: asRoot } = await examine({ transport, address, signal, stands, askSudo });
    if (found.root === "terminal") throw fail("SUDO_NEEDS_TERMINAL", { address, login: found.login });
    if (found.root === "no") throw fail("ROOT_NEEDED", { address, login: found.login });
    return { way: asRoot, systemd: stands.systemd };
  });
  await steps.run("stop", () => must(way, "stop the agent", STOP));
  if (remove) {
    await steps.run("apps", async ({ line }) => {
      const { code, output } = await runTask(way, { name: "purge", script: PURGE, args: [...(systemd ? ["--caddy-unit", CADDY_UNIT] : []), "--people", PEOPLE_LOGIN, "--bridge", PLACES.bridge], onLine: line });
      if (code !== 0) throw fail("UNINSTALL_STOPPED", { address, step: "removing the apps" }, { detail: lastLines(output) });
    });
    await steps.run("undo", async () => {
      await must(way, "take back the firewall's openings", CLOSE_FIREWALL);
      await must(way, "take back the swap", REMOVE_SWAP);
    });
  } else {
    await steps.run("keep", () => keepRunning(way, systemd));
  }
  await steps.run("files", () => must(way, "remove its files", ACCOUNTS + (remove ? REMOVE_ALL : REMOVE_PROGRAMS)));
}

async function must(way: Way, step: string, script: string): Promise<void> {
  const { code, stdout, stderr } = await way.asRoot(["sh", "-c", script]);
  if (code === 0) return;
  throw fail("UNINSTALL_STOPPED", { address: way.address, step }, { detail: `${stdout}\n${stderr}`.trim().slice(-4000) });
}

/** Also what the agent left running for its next life, such as a build; Caddy is not the agent's to end here. */
const STOP = `
if [ -d /run/systemd/system ]; then
  # A switch that is under way would start an agent again.
  systemctl stop ${SWITCH_UNIT} 2>/dev/null
  [ -e ${PLACES.units}/${AGENT_UNIT} ] && { systemctl disable --quiet ${AGENT_UNIT}; systemctl stop ${AGENT_UNIT} || exit 1; }
fi
${stopSupervisor()}
for process in /proc/[0-9]*; do
  case "$(readlink "$process/exe" 2>/dev/null)" in ${PLACES.parts}/node-*|${PLACES.parts}/buildx-*) kill -KILL "\${process#/proc/}" 2>/dev/null;; esac
done
exit 0
`;

/** The agent's own way to take away what it made; it needs Docker. Without data there is nothing to take away. */
const PURGE = `
if [ ! -s ${PLACES.data}/store.db ]; then
  [ -e ${PLACES.data}/key ] || exit 0
  echo 'The store of the agent is missing (${PLACES.data}/store.db), so nobody knows what belongs to it. Put it back from a copy, or keep the apps.'; exit 1
fi
newest() { ls -1dt ${PLACES.parts}/"$1"-*/"$2" 2>/dev/null | grep -v '[.]new-' | head -n 1; }
node=$(newest node node); agent=$(newest agent agent.mjs)
[ -n "$node" ] && [ -n "$agent" ] || { echo 'The agent that could remove the apps is not there any more. Connect to the server once, then uninstall again.'; exit 1; }
[ -S /var/run/docker.sock ] || { echo 'Docker does not run. Start it, then uninstall again.'; exit 1; }
"$node" --disable-warning=ExperimentalWarning "$agent" purge --data-dir ${PLACES.data} --caddy "$(newest caddy caddy)" "$@"
`;

const README = `The agent of Aeroplane was uninstalled from this server and its apps were kept.

What goes on by itself:
- Containers of the apps: Docker starts them again after a crash and at boot.
- Sites: Caddy (aeroplane-caddy.service where systemd runs, with its port kept by aeroplane-http.socket) serves them with
  its last configuration.
- Private names between services (aeroplane-names.service where systemd runs).

What does not any more: deploys, health checks, logs and figures in the app, new hostnames.

This folder holds the routes, the sites, the settings and the sealed variables of the apps. Adding the server again in
Aeroplane takes all of it over. Uninstalling then with "remove the apps" leaves nothing behind.
`;

const NAMES = `[Unit]
Description=Private names of apps that Aeroplane left running
After=docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${PLACES.data}/names.nft

[Install]
WantedBy=multi-user.target
`;

/** The packet filter's map lives in the kernel only: it is written down, for the next boot. */
const KEEP_NAMES = `
PATH=$PATH:/usr/sbin:/sbin; umask 022
command -v nft >/dev/null || exit 0
for table in $(nft list tables ip 2>/dev/null | sed -n 's/^table ip \\(aeroplane_[0-9a-f]*\\)$/\\1/p'); do
  printf 'add table ip %s\\ndelete table ip %s\\n' "$table" "$table"; nft list table ip "$table" || exit 1
done > ${PLACES.data}/names.nft.new
mv ${PLACES.data}/names.nft.new ${PLACES.data}/names.nft
`;
const ENABLE_NAMES = `[ -s ${PLACES.data}/names.nft ] && [ -x /usr/sbin/nft ] || { rm -f ${PLACES.units}/${NAMES_UNIT}; exit 0; }; systemctl daemon-reload && systemctl enable --quiet ${NAMES_UNIT}`;

async function keepRunning(way: Way, systemd: boolean): Promise<void> {
  await must(way, "keep the private names", `[ -d ${PLACES.data} ] || exit 0; ${KEEP_NAMES}`);
  const there = await way.asRoot(["test", "-d", PLACES.data]);
  if (there.code !== 0) throw fail("UNINSTALL_STOPPED", { address: way.address, step: "keeping the apps" }, { detail: `${PLACES.data} does not exist.` });
  await sendText(way, `${PLACES.data}/README`, README);
  if (!systemd) return;
  await sendText(way, `${PLACES.units}/${NAMES_UNIT}`, NAMES);
  await must(way, "keep the private names", ENABLE_NAMES);
}

/** The account of people who were let in with a role has its home in our data, as no other has. */
const ACCOUNTS = `
getent passwd | awk -F: '$6 ~ "^${PLACES.data}/" {print $1}' | while read -r account; do pkill -KILL -u "$account"; userdel --force "$account" 2>/dev/null; done
`;

/** With what an upgrade keeps beside it. */
const REMOVE_AGENT_UNIT = `rm -rf ${PLACES.units}/${AGENT_UNIT} ${PLACES.units}/${AGENT_UNIT}.previous ${TRIAL_FOLDER}`;

/** The Caddy that serves and its launcher stay; everything that only the agent used goes. */
const REMOVE_PROGRAMS = `
cd /
${REMOVE_AGENT_UNIT}
serving=$(tr ' ' '\\n' < ${PLACES.data}/caddy/launch 2>/dev/null | tr -d "'" | grep '^${PLACES.parts}/caddy-' | head -n 1)
for folder in ${PLACES.parts}/*; do [ -n "$serving" ] && [ "$folder" = "\${serving%/caddy}" ] || rm -rf "$folder"; done
rm -rf ${PLACES.supervisor} /opt/aeroplane/bin /opt/aeroplane/upgrade ${PLACES.run} ${PLACES.tasks} ${PLACES.data}/tmp ${PLACES.data}/sources
[ -d /run/systemd/system ] && systemctl daemon-reload
exit 0
`;

const REMOVE_ALL = `
cd /
if [ -d /run/systemd/system ]; then
  # Together: a visitor in between would start Caddy again.
  systemctl disable --quiet --now ${HTTP_SOCKET} ${CADDY_UNIT} 2>/dev/null
  systemctl disable --quiet --now ${NAMES_UNIT} 2>/dev/null
fi
${REMOVE_AGENT_UNIT}
rm -f ${PLACES.units}/${CADDY_UNIT} ${PLACES.units}/${HTTP_SOCKET} ${PLACES.units}/${NAMES_UNIT}
[ -d /run/systemd/system ] && { systemctl daemon-reload; systemctl reset-failed 'aeroplane-*' 2>/dev/null; }
for process in /proc/[0-9]*; do
  case "$(readlink "$process/exe" 2>/dev/null)" in ${PLACES.parts}/*) kill -KILL "\${process#/proc/}" 2>/dev/null;; esac
done
# What an agent that was killed in a certain second left; it is empty.
PATH=$PATH:/usr/sbin:/sbin nft delete table inet aeroplane_hold_80 2>/dev/null
rm -rf /opt/aeroplane ${PLACES.data} ${PLACES.run} ${PLACES.tasks} || exit 1
exit 0
`;
