import { describe, type Problem, type Variable } from "@aeroplane/agent/contract";

/** A kind of a newer agent is not shown either. */
export const isSecret = ({ kind = "plain" }: Variable): boolean => kind !== "plain";

/** Whether the agent keeps values secret, as far as its variables tell: one that knows of no secrets says no kind. */
export const keepsSecrets = (variables: readonly Variable[]): boolean => variables.every(({ kind }) => kind !== undefined);

/** Of those that were to be secret, each that is not: an agent that knows of no secrets sets the value and drops the rest in silence. */
export const notKept = (asked: readonly string[], answered: readonly Variable[]): Problem[] =>
  answered.filter((variable) => asked.includes(variable.name) && !isSecret(variable)).map(({ name }) => describe("SECRET_NOT_KEPT", { variable: name }));
