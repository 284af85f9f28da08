import { getEventIteratorSchemaDetails, isContractProcedure, type AnyContractRouter } from "@orpc/contract";

export type ProcedureFacts = { path: string[]; streams: boolean; mutates: boolean };

/** Every procedure of a contract, with what a carrier has to know about it. */
export function procedures(contract: AnyContractRouter, path: string[] = []): ProcedureFacts[] {
  if (isContractProcedure(contract)) {
    const { outputSchema, meta } = contract["~orpc"];
    return [{ path, streams: getEventIteratorSchemaDetails(outputSchema) !== undefined, mutates: (meta as { mutation?: boolean }).mutation === true }];
  }
  return Object.entries(contract).flatMap(([name, child]) => procedures(child as AnyContractRouter, [...path, name]));
}
