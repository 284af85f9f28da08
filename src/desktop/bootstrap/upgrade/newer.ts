import { describe, fail, PROTOCOL_VERSION, type Failure, type Hello, type Problem } from "@aeroplane/agent/contract";
import { isNewer } from "./version.ts";

/** Said in the window while all works as far as this app knows it. */
export function newerNotice(hello: Hello, app: string): Problem | null {
  return isNewer(hello.agentVersion, app) ? describe("AGENT_NEWER", { agent: hello.agentVersion, server: hello.hostname, app }) : null;
}

/** Why the two cannot talk at all, and which of them has to be brought up; null where they can. */
export function languageFailure(hello: Hello, app: string, ours = PROTOCOL_VERSION): Failure | null {
  const { protocolVersion: theirs, agentVersion: agent, hostname: server } = hello;
  if (theirs === ours) return null;
  return fail(theirs > ours ? "APP_TOO_OLD" : "AGENT_TOO_OLD", { agent, server, theirs, app, ours });
}
