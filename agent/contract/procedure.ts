import { oc } from "@orpc/contract";
import { errorTable, type ErrorCode } from "./errors.ts";
import { problem } from "./problem.ts";

const codes = Object.keys(errorTable) as ErrorCode[];

/** Every code of the table, each carrying its problem as data: a failure keeps its shape over every transport. */
export const wireErrors = Object.fromEntries(
  codes.map((code) => [code, { status: errorTable[code].status, data: problem }]),
) as Record<ErrorCode, { status: number; data: typeof problem }>;

/** Least first: who may do more may also do what stands before. */
export const ROLES = ["viewer", "deployer", "owner"] as const;
export type Role = (typeof ROLES)[number];
/** What every procedure says of itself; a test holds the table of them. */
export type ProcedureMeta = {
  role: Role;
  mutation: boolean;
  /** Its input may have up to 20 MiB, and 4 MiB where a person other than the owner sends it. */
  large?: boolean;
};

export const procedure = oc.errors(wireErrors);
/** Reads only. */
export const ask = procedure.meta({ role: "viewer", mutation: false } satisfies ProcedureMeta);
/** Changes what is kept; carries an idempotency key and is written to the audit trail. */
export const act = (role: Role) => procedure.meta({ role, mutation: true } satisfies ProcedureMeta);
export const deploy = act("deployer");
export const deployLarge = procedure.meta({ role: "deployer", mutation: true, large: true } satisfies ProcedureMeta);
/** Begins a transfer: nothing is changed, and who took what is in the audit trail. */
export const take = act("viewer");
export const own = act("owner");
