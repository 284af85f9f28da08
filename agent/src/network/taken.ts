import { portWords, type OpenConfig, type Published } from "../../contract/index.ts";
import { fail } from "../../contract/problem.ts";
import { claimingReleases, listEnvironments, listServices, listStaged, type Db, type ServiceRow } from "../store/index.ts";

type Own = Pick<ServiceRow, "id" | "environmentId">;
/** What another service has, wants, has staged or is being deployed with, and which of it that is. */
type Claim = { service: ServiceRow; how: string; value: unknown };

/** Names of an environment mean one service each. */
export function refuseTakenNames(db: Db, own: Own, names: readonly string[]): void {
  if (names.length === 0) return;
  const siblings = listServices(db, { environmentId: own.environmentId }).filter(({ id }) => id !== own.id);
  const claims = [...siblings.map((service) => ({ service, how: "it is called so", value: [service.name] })), ...claimsOf(db, siblings, "names")];
  for (const name of names) {
    const taken = claims.find(({ value }) => Array.isArray(value) && value.includes(name));
    if (taken !== undefined) throw fail("PRIVATE_NAME_TAKEN", { name, service: taken.service.name, how: taken.how });
  }
}

/** Ports of the server mean one service each, whatever environment that is in. */
export function refuseTakenPorts(db: Db, own: Pick<Own, "id">, ports: readonly Pick<Published, "port" | "protocol">[]): void {
  if (ports.length === 0) return;
  const claims = claimsOf(db, listServices(db).filter(({ id }) => id !== own.id), "publish");
  for (const port of ports.map(portWords)) {
    const taken = claims.find(({ value }) => Array.isArray(value) && (value as Published[]).some((each) => portWords(each) === port));
    if (taken !== undefined) throw fail("SERVER_PORT_TAKEN", { port, holder: `the service ${taken.service.name}: ${taken.how}` });
  }
}

/** Both, of a config that is to be so. */
export function refuseTaken(db: Db, own: Own, { names = [], publish = [] }: Pick<OpenConfig, "names" | "publish">): void {
  refuseTakenNames(db, own, names);
  refuseTakenPorts(db, own, publish as Published[]);
}

function claimsOf(db: Db, services: readonly ServiceRow[], field: "names" | "publish"): Claim[] {
  const byId = new Map(services.map((service) => [service.id, service]));
  const claim = (id: string, how: string, value: unknown): Claim[] => (byId.has(id) ? [{ service: byId.get(id)!, how, value }] : []);
  const environments = new Set(services.map(({ environmentId }) => environmentId));
  const rows = listEnvironments(db).flatMap(({ id }) => (environments.has(id) ? listStaged(db, id) : []));
  return [
    ...claimingReleases(db).flatMap(({ serviceId, state, config }) => claim(serviceId, state === "preparing" ? "it is being deployed with it" : "its live release has it", config[field])),
    ...services.flatMap(({ id, config }) => claim(id, "its settings have it", config[field])),
    ...rows.flatMap(({ scopeId, aspect, name, value }) => (aspect === "setting" && name === field && value !== null ? claim(scopeId, "a staged change gives it to it", JSON.parse(value)) : [])),
  ];
}
