import { describe, fail, hello as whole, PROTOCOL_VERSION, type Failure, type Hello, type Problem } from "@aeroplane/agent/contract";
import { isNewer } from "./version.ts";

/** Said in the window while all works as far as this app knows it. */
export function newerNotice(hello: Hello, app: string): Problem | null {
  return isNewer(hello.agentVersion, app) ? describe("AGENT_NEWER", { agent: hello.agentVersion, server: hello.hostname, app }) : null;
}

/** Whether a window can be shown who answers: it takes the list of all servers, or none of it. */
export const isReadable = (hello: Hello): boolean => whole.safeParse(hello).success;

/** Why the two cannot talk at all, and which of them has to be brought up; null where they can. */
export function languageFailure(hello: Hello, app: string, ours = PROTOCOL_VERSION): Failure | null {
  const { protocolVersion: theirs, agentVersion: agent, hostname: server } = hello;
  if (typeof theirs !== "number") return fail("AGENT_UNREADABLE", {});
  if (theirs === ours) return isReadable(hello) ? null : fail("AGENT_UNREADABLE", {});
  return fail(theirs > ours ? "APP_TOO_OLD" : "AGENT_TOO_OLD", { agent, server, theirs, app, ours });
}
