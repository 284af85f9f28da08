import { spawn } from "node:child_process";
import { effect } from "../effects/index.ts";

/** Where Docker asks for what others have to say of its networks, before it refuses what is not published by itself. */
const CHAIN = "DOCKER-USER";

type Way = "-o" | "-i";
type Door = { way: Way; bridge: string };
const isSame = (one: Door, other: Door) => one.way === other.way && one.bridge === other.bridge;

/**
 * What was translated on its way in may go to a bridge, and its answers back: Docker keeps its networks apart before it looks
 * whether a packet is an answer. Only rules of this server translate, and none of Docker's leads there.
 */
const waysOf = (bridge: string): Door[] => [{ way: "-o", bridge }, { way: "-i", bridge }];
const direction: Record<Way, string> = { "-o": "ORIGINAL", "-i": "REPLY" };
const ruleOf = (table: string, { way, bridge }: Door): string[] => [way, bridge, "-m", "conntrack", "--ctstate", "DNAT", "--ctdir", direction[way], "-m", "comment", "--comment", table, "-j", "ACCEPT"];

/** Those of the lines of `iptables -S` that are ours. */
export function doorsIn(said: string, table: string): Door[] {
  return said.split("\n").flatMap((line) => {
    const words = line.replaceAll('"', "").split(" ");
    if (!line.startsWith(`-A ${CHAIN} `) || words[words.indexOf("--comment") + 1] !== table) return [];
    const way = words.includes("-i") ? "-i" : "-o";
    return [{ way, bridge: words[words.indexOf(way) + 1] ?? "" }];
  });
}

async function standingDoors(table: string): Promise<Door[] | null> {
  const { code, output } = await iptables(["-S", CHAIN]);
  return code === 0 ? doorsIn(output, table) : null;
}

/** Whether all doors of these bridges stand; also where there is no such chain: then nothing of Docker's refuses. */
export async function doorsStand(table: string, bridges: readonly string[]): Promise<boolean> {
  const standing = bridges.length === 0 ? null : await standingDoors(table);
  return standing === null || bridges.flatMap(waysOf).every((door) => standing.some((each) => isSame(each, door)));
}

/** Makes the doors equal to these bridges, and no others of this table stand. */
export async function setDoors(table: string, bridges: readonly string[]): Promise<void> {
  const standing = await standingDoors(table);
  if (standing === null) return;
  const wanted = bridges.flatMap(waysOf);
  for (const door of wanted) if (!standing.some((each) => isSame(each, door))) await change("-I", table, door);
  for (const [at, door] of standing.entries()) {
    const again = standing.slice(0, at).some((each) => isSame(each, door));
    if (again || !wanted.some((each) => isSame(each, door))) await change("-D", table, door);
  }
}

async function change(act: "-I" | "-D", table: string, door: Door): Promise<void> {
  const { code, output } = await effect("network.doors.change", () => iptables([act, CHAIN, ...ruleOf(table, door)]));
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
