import { fail } from "@aeroplane/agent/contract";
import * as z from "zod";
import type { Way } from "./way.ts";
import { PLACES } from "./places.ts";

/**
 * What of ours is on a server, as far as any login may see it. Asked at every connection, so it is small; by a script on
 * stdin, so that no quoting, login shell or banner matters.
 */
const SCRIPT = `
word() { printf '%s' "$1" | tr -cd 'A-Za-z0-9 ._:/+~@-'; }
base() { base64 2>/dev/null | tr -d '\\n'; }
systemd=no; [ -d /run/systemd/system ] && systemd=yes
parts=$(ls ${PLACES.parts} 2>/dev/null | grep -v '[.]new-' | tr -cd 'A-Za-z0-9._+~\\n-' | tr '\\n' ' ')
if [ $systemd = yes ]; then agent=${PLACES.units}/aeroplane-agent.service; else agent=${PLACES.supervisor}; fi
printf '\\n==aeroplane=={"login":"%s","arch":"%s","systemd":"%s","parts":"%s","agentUnit":"%s","caddyUnit":"%s","from":"%s"}==end==\\n' \\
  "$(word "$(id -un)")" "$(word "$(uname -m)")" "$systemd" "$parts" "$(base < $agent)" "$(base < ${PLACES.units}/aeroplane-caddy.service)" "$(word "$SSH_CONNECTION")"
`;

export const yes = z.enum(["yes", "no"]).transform((word) => word === "yes");
const text = z.string().transform((encoded) => Buffer.from(encoded, "base64").toString("utf8"));
const answer = z.object({
  login: z.string(),
  arch: z.string(),
  systemd: yes,
  parts: z.string().transform((words) => words.split(" ").filter(Boolean)),
  /** What starts the agent now: its unit, or the supervisor's script; empty where there is none. */
  agentUnit: text,
  caddyUnit: text,
  /** Both ends of this connection as sshd sees them; empty on this machine itself. */
  from: z.string(),
});
export type Standing = z.infer<typeof answer>;

export async function standing(way: Way): Promise<Standing> {
  const { stdout, stderr } = await way.run(["sh"], { stdin: SCRIPT });
  return readAnswer(answer, stdout, way.address, stderr);
}

/** The one line between the marks; anything around it is a banner. */
export function readAnswer<T>(schema: z.ZodType<T>, stdout: string, address: string, stderr = ""): T {
  const line = /==aeroplane==(\{.*\})==end==/.exec(stdout)?.[1];
  const read = line ? schema.safeParse(parse(line)) : undefined;
  if (read?.success) return read.data;
  throw fail("SERVER_UNSUPPORTED", { address, why: "its shell did not run the check" }, { detail: `${stdout}\n${stderr}`.slice(-2000) });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
