import { entryOf, names, type Run } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";

/** Ends that are told by their cause and not by their code. */
const causes: Record<string, string> = { RUN_INTERRUPTED: "Interrupted", RUN_TOO_LONG: "Took too long", RUN_OUT_OF_MEMORY: "Out of memory" };
const states: Record<string, string> = { queued: "Waits for its turn", running: "Running", succeeded: "Succeeded", cancelled: "Cancelled" };

/** How it is or how it ended: "Failed with code 3". A state of a newer agent is told by its own name. */
export function stateWords({ job: { state, problem }, exitCode }: Pick<Run, "exitCode"> & { job: Pick<Run["job"], "state" | "problem"> }): string {
  if (state !== "failed") return entryOf(states, state) ?? state;
  return entryOf(causes, problem?.code ?? "") ?? (exitCode === null ? "Failed" : `Failed with code ${exitCode}`);
}

/** Why that cannot be run; null: it can. */
export function wrongCommand(command: string): string | null {
  const words = names.command.safeParse(command);
  if (words.success) return null;
  const [issue] = words.error.issues;
  return issue!.code === "too_small" ? "Type a command" : issue!.code === "too_big" ? `At most ${issue!.maximum} characters` : issue!.message;
}

const MOST = 8;
const remembered = new Map<string, string[]>();
const keyOf = (server: Pick<Server, "id">, serviceId: string) => `${server.id} ${serviceId}`;

/** Commands of a service that were run from this window, the last one first; gone with the window. */
export const lastCommands = (server: Pick<Server, "id">, serviceId: string): readonly string[] => remembered.get(keyOf(server, serviceId)) ?? [];

export function rememberCommand(server: Pick<Server, "id">, serviceId: string, command: string): void {
  const others = lastCommands(server, serviceId).filter((other) => other !== command);
  remembered.set(keyOf(server, serviceId), [command, ...others].slice(0, MOST));
}
