import { effect } from "../effects/index.ts";
import { runFilterProgram } from "./filter-program.ts";

/** One environment as the packet filter needs it. */
export type VirtualNetwork = {
  bridge: string;
  virtualRange: string;
  /** Virtual address → addresses of the live containers, at most eight. */
  live: Record<string, string[]>;
};

const MOST = 8;

/**
 * The whole table in one transaction that can be repeated at any time: connections that stand keep their translation,
 * new ones see the new maps from one packet to the next.
 * - Only packets from an environment's own bridge are translated: names mean nothing outside of it.
 * - `counts` says how many containers stand behind an address: of3 picks one of three slots by chance, and a slot's map
 *   has the container. A turn-taking pick would be shared by all services, and two that are asked in turn would each see
 *   every second one only.
 * - Client and target share a bridge, so the answer would bypass us: the source is rewritten too.
 * - An address without a live container refuses at once instead of leaving through the default route.
 *
 * Without `spread`, for kernels that cannot pick, the first container gets everything.
 */
export function tableScript(table: string, networks: VirtualNetwork[], { spread = true } = {}): string {
  const t = `ip ${table}`;
  const most = spread ? MOST : 1;
  const slots = Array.from({ length: most }, (_, at) => at);
  const counts = slots.map((at) => at + 1);
  const behind = networks.flatMap(({ bridge, live }) =>
    Object.entries(live).flatMap(([virtual, addresses]) => (addresses.length === 0 ? [] : [{ key: `"${bridge}" . ${virtual}`, addresses: addresses.slice(0, most) }])),
  );
  const ranges = networks.map(({ virtualRange }) => virtualRange);
  const elements = (map: string, found: string[]) => (found.length === 0 ? [] : [`add element ${t} ${map} { ${found.join(", ")} }`]);
  return [
    `add table ${t}`,
    `add set ${t} ranges { type ipv4_addr ; flags interval ; }`,
    `add map ${t} counts { type ifname . ipv4_addr : verdict ; }`,
    ...slots.map((at) => `add map ${t} slot${at} { type ifname . ipv4_addr : ipv4_addr ; }`),
    `add chain ${t} prerouting { type nat hook prerouting priority -101 ; policy accept ; }`,
    `add chain ${t} forward { type filter hook forward priority -1 ; policy accept ; }`,
    `add chain ${t} postrouting { type nat hook postrouting priority 99 ; policy accept ; }`,
    ...slots.map((at) => `add chain ${t} to${at}`),
    ...counts.map((count) => `add chain ${t} of${count}`),
    ...["prerouting", "forward", "postrouting", ...slots.map((at) => `to${at}`), ...counts.map((count) => `of${count}`)].map((chain) => `flush chain ${t} ${chain}`),
    ...["counts", ...slots.map((at) => `slot${at}`)].map((map) => `flush map ${t} ${map}`),
    `flush set ${t} ranges`,
    // What an earlier version kept here.
    `add map ${t} virtual { type ifname . ipv4_addr : ipv4_addr ; }`,
    `delete map ${t} virtual`,
    ...slots.map((at) => `add rule ${t} to${at} dnat to iifname . ip daddr map @slot${at}`),
    ...counts.map((count) => `add rule ${t} of${count} ${count === 1 ? "goto to0" : `numgen random mod ${count} vmap { ${slots.slice(0, count).map((at) => `${at} : goto to${at}`).join(", ")} }`}`),
    `add rule ${t} prerouting iifname . ip daddr vmap @counts`,
    `add rule ${t} forward ip daddr @ranges meta l4proto tcp reject with tcp reset`,
    `add rule ${t} forward ip daddr @ranges reject`,
    `add rule ${t} postrouting ct status dnat ct original ip daddr @ranges masquerade`,
    ...elements("ranges", ranges),
    ...slots.flatMap((at) => elements(`slot${at}`, behind.flatMap(({ key, addresses }) => (addresses[at] === undefined ? [] : [`${key} : ${addresses[at]}`])))),
    ...elements("counts", behind.map(({ key, addresses }) => `${key} : goto of${addresses.length}`)),
    "",
  ].join("\n");
}

/** Gone without a trace, and no failure when it never was. */
export function removalScript(table: string, family: "ip" | "inet" = "ip"): string {
  return `add table ${family} ${table}\ndelete table ${family} ${table}\n`;
}

/** The kernel was asked and does not take it: what stood before stands. */
export class TableRefused extends Error {}

/** Loads a script in one transaction; nothing of it holds when any line fails. */
export async function loadScript(script: string): Promise<void> {
  const { code, output } = await effect("network.table.load", () => runFilterProgram("nft", ["-f", "-"], script));
  if (code !== 0) throw new TableRefused(`nft refused the table: ${output.slice(0, 2000)}`);
}

/** Whether this process may change the packet filter: nft is installed and we are allowed to. Rejects where that is not known. */
export async function canTranslate(table: string): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const probe = `add table ip ${table}\nadd chain ip ${table} prerouting { type nat hook prerouting priority -101 ; policy accept ; }\n`;
  return (await runFilterProgram("nft", ["-c", "-f", "-"], probe)).code === 0;
}

/** Whether its kernel can pick one of several by chance. */
export async function canSpread(table: string): Promise<boolean> {
  const t = `ip ${table}`;
  const probe = `add table ${t}\nadd chain ${t} pick\nadd rule ${t} pick numgen random mod 2 vmap { 0 : accept, 1 : accept }\n`;
  return (await runFilterProgram("nft", ["-c", "-f", "-"], probe)).code === 0;
}

export async function tableStands(table: string): Promise<boolean> {
  return (await runFilterProgram("nft", ["list", "table", "ip", table])).code === 0;
}
