import { ContractProcedure, type AnyContractProcedure } from "@orpc/contract";
import { agentContract } from "../../contract/index.ts";

/**
 * The contract as it is implemented: whatever the agent answers is checked against it and copied by that, but not the lines
 * of a log. They come by the hundred thousand, and the agent made each of them itself.
 */
const { deployments, runs, services } = agentContract;
export const implementedContract = {
  ...agentContract,
  deployments: { ...deployments, log: unchecked(deployments.log) },
  services: { ...services, logs: unchecked(services.logs) },
  runs: { ...runs, log: unchecked(runs.log) },
};

function unchecked<T extends AnyContractProcedure>(procedure: T): T {
  return new ContractProcedure({ ...procedure["~orpc"], outputSchema: undefined }) as T;
}
