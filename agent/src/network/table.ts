import { spawn } from "node:child_process";

/** One environment as the packet filter needs it. */
export type VirtualNetwork = {
  bridge: string;
  virtualRange: string;
  /** Virtual address → address of the live container. */
  live: Record<string, string>;
};

/**
 * The whole table in one transaction that can be repeated at any time: connections that stand keep their translation,
 * new ones see the new map from one packet to the next.
 * - Only packets from an environment's own bridge are translated: names mean nothing outside of it.
 * - Client and target share a bridge, so the answer would bypass us: the source is rewritten too.
 * - An address without a live container refuses at once instead of leaving through the default route.
 */
export function tableScript(table: string, networks: VirtualNetwork[]): string {
  const t = `ip ${table}`;
  const elements = networks.flatMap(({ bridge, live }) =>
    Object.entries(live).map(([virtual, address]) => `"${bridge}" . ${virtual} : ${address}`),
  );
  const ranges = networks.map(({ virtualRange }) => virtualRange);
  return [
    `add table ${t}`,
    `add map ${t} virtual { type ifname . ipv4_addr : ipv4_addr ; }`,
    `add set ${t} ranges { type ipv4_addr ; flags interval ; }`,
    `add chain ${t} prerouting { type nat hook prerouting priority -101 ; policy accept ; }`,
    `add chain ${t} forward { type filter hook forward priority -1 ; policy accept ; }`,
    `add chain ${t} postrouting { type nat hook postrouting priority 99 ; policy accept ; }`,
    `flush chain ${t} prerouting`,
    `flush chain ${t} forward`,
    `flush chain ${t} postrouting`,
    `flush map ${t} virtual`,
    `flush set ${t} ranges`,
    `add rule ${t} prerouting dnat to iifname . ip daddr map @virtual`,
    `add rule ${t} forward ip daddr @ranges meta l4proto tcp reject with tcp reset`,
    `add rule ${t} forward ip daddr @ranges reject`,
    `add rule ${t} postrouting ct status dnat ct original ip daddr @ranges masquerade`,
    ...(ranges.length === 0 ? [] : [`add element ${t} ranges { ${ranges.join(", ")} }`]),
    ...(elements.length === 0 ? [] : [`add element ${t} virtual { ${elements.join(", ")} }`]),
    "",
  ].join("\n");
}

/** Gone without a trace, and no failure when it never was. */
export function removalScript(table: string, family: "ip" | "inet" = "ip"): string {
  return `add table ${family} ${table}\ndelete table ${family} ${table}\n`;
}

/** Loads a script in one transaction; nothing of it holds when any line fails. */
export async function loadScript(script: string): Promise<void> {
  const { code, output } = await runNft(["-f", "-"], script);
  if (code !== 0) throw new Error(`nft refused the table: ${output}`);
}

/** Whether this process may change the packet filter: nft is installed and we are allowed to. */
export async function canTranslate(table: string): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const probe = `add table ip ${table}\nadd chain ip ${table} prerouting { type nat hook prerouting priority -101 ; policy accept ; }\n`;
  return (await runNft(["-c", "-f", "-"], probe)).code === 0;
}

export async function tableStands(table: string): Promise<boolean> {
  return (await runNft(["list", "table", "ip", table], "")).code === 0;
}

function runNft(args: string[], input: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn("nft", args, {
      stdio: ["pipe", "ignore", "pipe"],
      env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin", LC_ALL: "C" },
      timeout: 10_000,
    });
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stdin.on("error", () => {});
    child.on("error", (error) => resolve({ code: -1, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? -1, output: output.slice(0, 2000) }));
    child.stdin.end(input);
  });
}
