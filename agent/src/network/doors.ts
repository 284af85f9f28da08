import { spawn } from "node:child_process";
import { effect } from "../effects/index.ts";

/** Where Docker asks for what others have to say of its networks, before it refuses what is not published by itself. */
const CHAIN = "DOCKER-USER";

/** What was translated on its way in may go to this bridge. Only rules of this server translate, and none of Docker's leads there. */
const door = (table: string, bridge: string): string[] => ["-o", bridge, "-m", "conntrack", "--ctstate", "DNAT", "-m", "comment", "--comment", table, "-j", "ACCEPT"];

/** Bridges of the lines of `iptables -S` that are ours. */
export function doorsIn(said: string, table: string): string[] {
  return said.split("\n").flatMap((line) => {
    const words = line.replaceAll('"', "").split(" ");
    return line.startsWith(`-A ${CHAIN} `) && words[words.indexOf("--comment") + 1] === table ? [words[words.indexOf("-o") + 1] ?? ""] : [];
  });
}

/** Bridges whose door stands; null where there is no such chain: then nothing of Docker's refuses. */
export async function standingDoors(table: string): Promise<string[] | null> {
  const { code, output } = await iptables(["-S", CHAIN]);
  return code === 0 ? doorsIn(output, table) : null;
}

/** Makes the doors equal to these bridges, and no others of this table stand. */
export async function setDoors(table: string, bridges: readonly string[]): Promise<void> {
  const standing = await standingDoors(table);
  if (standing === null) return;
  for (const bridge of bridges) if (!standing.includes(bridge)) await change("-I", table, bridge);
  const seen = new Set<string>();
  for (const bridge of standing) {
    if (!bridges.includes(bridge) || seen.has(bridge)) await change("-D", table, bridge);
    seen.add(bridge);
  }
}

async function change(act: "-I" | "-D", table: string, bridge: string): Promise<void> {
  const { code, output } = await effect("network.doors.change", () => iptables([act, CHAIN, ...door(table, bridge)]));
  // Of two who remove it one finds it gone.
  if (code !== 0 && act === "-I") throw new Error(`iptables refused a door: ${output}`);
}

function iptables(args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn("iptables", ["-w", "5", ...args], { stdio: ["ignore", "pipe", "pipe"], env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin", LC_ALL: "C" }, timeout: 10_000 });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => resolve({ code: -1, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? -1, output }));
  });
}
