import { fail } from "@aeroplane/agent/contract";
import type { ParsedKey } from "ssh2";
import type { Auth } from "../../contract/index.ts";
import { agentKeys, agentSocket, type AgentKey } from "./agent-keys.ts";
import { publicHalf, readKeyFile, type KeyFile } from "./key-file.ts";

/** What ~/.ssh/config says of the keys for one host. */
export type KeySettings = { identityFiles: string[]; identitiesOnly: boolean; identityAgent: string | null };
export type Identity = { from: "agent"; socket: string; key: AgentKey & { key: ParsedKey } } | { from: "file"; file: KeyFile };
export type Identities = { list: Identity[]; /** What was passed over, and why. */ notes: string[] };

/** The keys to offer, in the order of the ssh command: those of the agent that the configuration names, its others, then key files. */
export async function identitiesFor(auth: Auth, settings: KeySettings, address: string): Promise<Identities> {
  if (auth.type === "key") {
    const file = await readKeyFile(auth.path);
    if ("hardware" in file) throw fail("SSH_NEEDS_SYSTEM", { address, what: `the hardware key ${file.path}` });
    return { list: [{ from: "file", file }], notes: [] };
  }
  if (auth.type === "agent") return ofAgent(settings);
  if (auth.type !== "auto") return { list: [], notes: [] };
  const present = agentSocket(settings.identityAgent) !== null;
  const agent = present ? await ofAgent(settings).catch((error: Error): Identities => ({ list: [], notes: [error.message] })) : { list: [], notes: ["No ssh-agent runs on this computer."] };
  const held = agent.list.flatMap((identity) => (identity.from === "agent" ? [identity.key.blob] : []));
  const files = await ofFiles(settings.identityFiles, held);
  return { list: [...agent.list, ...files.list], notes: [...agent.notes, ...files.notes] };
}

async function ofAgent({ identityAgent, identityFiles, identitiesOnly }: KeySettings): Promise<Identities> {
  const { socket, keys } = await agentKeys(identityAgent);
  const wanted = (await Promise.all(identityFiles.map(publicHalf))).filter((blob) => blob !== null);
  const isWanted = ({ blob }: AgentKey) => wanted.some((one) => one.equals(blob));
  const sorted = [...keys.filter(isWanted), ...(identitiesOnly ? [] : keys.filter((key) => !isWanted(key)))];
  const usable = sorted.filter((key): key is AgentKey & { key: ParsedKey } => key.key !== null);
  const count = `it holds ${keys.length} ${keys.length === 1 ? "key" : "keys"}`;
  if (usable.length === 0) {
    const why = keys.length === 0 ? "it holds no key" : sorted.length === 0 ? `${count}, none of them named by IdentityFile` : `${count}, which only the system's ssh can use`;
    throw fail("SSH_AGENT_UNAVAILABLE", { why }, { detail: `Asked at ${socket}` });
  }
  return { list: usable.map((key) => ({ from: "agent", socket, key })), notes: [`The ssh-agent at ${socket}: ${count}, ${usable.length} of them offered.`] };
}

/** The files that are there; one that cannot be read is passed over. */
async function ofFiles(paths: string[], held: Buffer[]): Promise<Identities> {
  const found: Identities = { list: [], notes: [] };
  for (const path of paths) {
    try {
      const file = await readKeyFile(path);
      if ("hardware" in file) found.notes.push(`${path} is a hardware key: only the system's ssh can use it.`);
      else if (file.publicKey === null) found.notes.push(`${path} is locked and has no ${path}.pub beside it.`);
      else if (!held.some((blob) => blob.equals(file.publicKey!.getPublicSSH()))) found.list.push({ from: "file", file });
    } catch (error) {
      if (!/does not exist/.test((error as Error).message)) found.notes.push((error as Error).message);
    }
  }
  return found;
}
