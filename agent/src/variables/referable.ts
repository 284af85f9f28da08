import { facts, SHARED, type FactName, type Referable } from "../../contract/index.ts";
import { listVariables, ofEnvironment, ofService, servicesOfEnvironment, type Db, type Scope } from "../store/index.ts";
import { factsOf } from "./facts.ts";

/** Names and facts that values of an environment's services may refer to; nothing is opened. */
export function referableIn(db: Db, environmentId: string): Referable[] {
  const namesOf = (scope: Scope) => listVariables(db, scope).map(({ name }) => name);
  const told = (Object.keys(facts) as FactName[]).filter((fact) => factsOf[fact].compared);
  return [
    { owner: SHARED, serviceId: null, names: namesOf(ofEnvironment(environmentId)), facts: [] },
    ...servicesOfEnvironment(db, environmentId).map((service) => ({
      owner: service.name,
      serviceId: service.id,
      names: namesOf(ofService(service.id)),
      facts: told.map((fact) => ({ name: fact, words: facts[fact].words, value: factsOf[fact].of(db, service) })),
    })),
  ];
}
