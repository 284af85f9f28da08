import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { portWords, type Published } from "../../contract/index.ts";
import { fail } from "../../contract/problem.ts";
import { holdersOf } from "../host/doctor/ports.ts";
import { CLOSE, LISTEN, readSockets } from "../host/socket-table.ts";
import { canTranslate } from "./table.ts";

/** Of the server's own way in and of our sites. */
const RESERVED: Record<number, string> = { 22: "it is the way in to the server", 80: "sites are served there", 443: "sites are served there" };

/** What this server cannot give: before an edit is taken, and before a release is started. */
export async function refuseHeldPorts(ports: readonly Published[], { httpPort, signal }: { httpPort: number; signal?: AbortSignal | undefined }): Promise<void> {
  if (ports.length === 0) return;
  const refuse = (why: string) => fail("INVALID_INPUT", { field: "config.publish", why });
  if (process.getuid?.() !== 0) throw refuse("this agent does not run as root and may not change the packet filter");
  // Also root may be without it, as within a container or without nft; what is not known refuses nothing.
  if (!(await canTranslate("aeroplane_probe").catch(() => true))) throw refuse("this agent may not change the packet filter, or nft is not installed");
  const own = ownAddresses();
  for (const { port, protocol, address } of ports) {
    const reserved = port === httpPort ? RESERVED[80] : RESERVED[port];
    if (reserved !== undefined) throw refuse(`${port} cannot be given away: ${reserved}`);
    if (address !== "0.0.0.0" && !own.includes(address)) throw refuse(`${address} is no address of this server (${own.join(", ") || "it has none"})`);
    if (await isHeld({ port, protocol })) throw fail("SERVER_PORT_TAKEN", { port: portWords({ port, protocol }), holder: await holderWords(port, protocol, signal) });
  }
}

const ownAddresses = (): string[] => Object.values(networkInterfaces()).flatMap((each) => (each ?? []).flatMap(({ family, address, internal }) => (family === "IPv4" && !internal ? [address] : [])));

/** Whether something of the server itself has it. */
async function isHeld({ port, protocol }: Pick<Published, "port" | "protocol">): Promise<boolean> {
  const tables = await Promise.all([protocol, `${protocol}6`].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")));
  return tables.some((table) => readSockets(table, port).some(({ state }) => state === (protocol === "tcp" ? LISTEN : CLOSE)));
}

async function holderWords(port: number, protocol: string, signal = AbortSignal.timeout(5000)): Promise<string> {
  const [holder] = protocol === "tcp" ? await holdersOf(port, signal).catch(() => []) : [];
  return holder ? `${holder.name}, process ${holder.pid}` : "something else on the server";
}
