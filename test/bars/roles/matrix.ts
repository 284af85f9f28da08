// Every procedure as one person, over the real forced command: the role is asked before anything else is looked at.
import { agentContract, ROLES, type ProcedureMeta, type Role } from "../../../agent/contract/index.ts";
import { isContractProcedure, type AnyContractRouter } from "@orpc/contract";

export type Procedure = { name: string; path: string[]; needs: Role };

export function everyProcedure(contract: AnyContractRouter = agentContract, path: string[] = []): Procedure[] {
  if (isContractProcedure(contract)) return [{ name: path.join("."), path, needs: (contract["~orpc"].meta as ProcedureMeta).role }];
  return Object.entries(contract).flatMap(([key, child]) => everyProcedure(child as AnyContractRouter, [...path, key]));
}

/** Answers what is wrong; an empty list: the person may do exactly what the role says. */
export async function tryAll(agent: unknown, role: Role): Promise<string[]> {
  const judged = everyProcedure().map(async ({ name, path, needs }) => {
    const may = ROLES.indexOf(role) >= ROLES.indexOf(needs);
    const code = await codeOf(agent, path);
    const right = may ? code !== "ROLE_REFUSED" && code !== "ACCESS_REVOKED" && code !== "SERVER_OFFLINE" : code === "ROLE_REFUSED";
    return right ? [] : [`${name} as ${role}: ${code}`];
  });
  return (await Promise.all(judged)).flat();
}

/** Nothing is given: what may be done is refused for its input, or does no harm. */
export async function codeOf(agent: unknown, path: readonly string[], input: unknown = {}): Promise<string> {
  const call = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], agent) as (given: unknown, options: { signal: AbortSignal }) => Promise<unknown>;
  const ended = new AbortController();
  try {
    const output = await call(input, { signal: ended.signal });
    await (output as AsyncIterator<unknown> | undefined)?.return?.();
    return "ok";
  } catch (error) {
    return (error as { code?: string; problem?: { code: string } }).problem?.code ?? (error as { code?: string }).code ?? String(error);
  } finally {
    ended.abort();
  }
}
