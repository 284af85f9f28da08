import { createConnection } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import ssh2, { type BaseAgent, type ParsedKey } from "ssh2";
import { fail } from "@aeroplane/agent/contract";

export type AgentKey = { blob: Buffer; comment: string; /** Null for what the built-in client cannot use: hardware keys, certificates. */ key: ParsedKey | null };
export type AgentKeys = { socket: string; keys: AgentKey[] };

const REQUEST = 11;
const ANSWER = 12;
const PATIENCE = 3000;
/** As OpenSSH's own limit of an answer. */
const LONGEST = 256 * 1024;

/** Where the ssh-agent listens: what the configuration says, else the environment, else Windows' own pipe. Null where there is none. */
export function agentSocket(configured: string | null, env: NodeJS.ProcessEnv = process.env): string | null {
  if (configured === "none") return null;
  const named = configured?.startsWith("$") ? env[configured.slice(1).replace(/^\{|\}$/g, "")] : configured === "SSH_AUTH_SOCK" ? env.SSH_AUTH_SOCK : configured;
  const socket = named || env.SSH_AUTH_SOCK || (process.platform === "win32" ? "\\\\.\\pipe\\openssh-ssh-agent" : "");
  if (!socket) return null;
  return socket.startsWith("~/") ? join(homedir(), socket.slice(2)) : socket;
}

/** Every key that the agent holds, also those that only the system's ssh can use. */
export async function agentKeys(configured: string | null): Promise<AgentKeys> {
  const socket = agentSocket(configured);
  if (!socket) throw fail("SSH_AGENT_UNAVAILABLE", { why: "none runs on this computer" });
  try {
    return { socket, keys: readKeys(await askAgent(socket)) };
  } catch (error) {
    throw fail("SSH_AGENT_UNAVAILABLE", { why: `nothing answers at ${socket}` }, { cause: error, detail: String(error) });
  }
}

export const agentAt = (socket: string): BaseAgent => ssh2.createAgent(socket);

function askAgent(socket: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(socket);
    let got = Buffer.alloc(0);
    connection.setTimeout(PATIENCE, () => connection.destroy(new Error("The agent does not answer.")));
    connection.once("connect", () => connection.write(Buffer.from([0, 0, 0, 1, REQUEST])));
    connection.on("data", (chunk) => {
      got = Buffer.concat([got, chunk]);
      if (got.length > LONGEST) return void connection.destroy(new Error("The agent says too much."));
      if (got.length < 4 || got.length < 4 + got.readUInt32BE(0)) return;
      resolve(got.subarray(4, 4 + got.readUInt32BE(0)));
      connection.destroy();
    });
    connection.once("error", reject);
    connection.once("close", () => reject(new Error("The agent closed the connection.")));
  });
}

function readKeys(answer: Buffer): AgentKey[] {
  if (answer[0] !== ANSWER) throw new Error("The agent refuses to list its keys.");
  let at = 5;
  const take = () => {
    const length = answer.readUInt32BE(at);
    at += 4 + length;
    return answer.subarray(at - length, at);
  };
  return Array.from({ length: answer.readUInt32BE(1) }, () => {
    const [blob, comment] = [Buffer.from(take()), take().toString("utf8")];
    const parsed = ssh2.utils.parseKey(blob);
    return { blob, comment, key: parsed instanceof Error ? null : Array.isArray(parsed) ? parsed[0]! : parsed };
  });
}
