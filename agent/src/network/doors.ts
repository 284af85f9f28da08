import { effect } from "../effects/index.ts";
import { runFilterProgram, type Said } from "./filter-program.ts";

/** Where Docker asks for what others have to say of its networks, before it refuses what is not published by itself. */
const CHAIN = "DOCKER-USER";
/** It could not look or change at this moment, as while another holds the lock: that says nothing of what stands. */
const BUSY = 4;

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

/** Null: there is no such chain, or nothing that could look. */
async function standingDoors(table: string): Promise<Door[] | null> {
  const { code, output } = await iptables(["-S", CHAIN]);
  if (code === BUSY) throw new Error(`iptables could not look at ${CHAIN}: ${output.slice(0, 2000)}`);
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
  if (code !== 0 && (act === "-I" || code === BUSY)) throw new Error(`iptables refused a door: ${output.slice(0, 2000)}`);
}

const iptables = (args: readonly string[]): Promise<Said> => runFilterProgram("iptables", ["-w", "5", ...args]);
