import { fail } from "../../contract/problem.ts";
import { listStaged, namingReleases, servicesOfEnvironment, type Db, type ServiceRow } from "../store/index.ts";

type Own = Pick<ServiceRow, "id" | "environmentId">;
type Holder = { service: ServiceRow; how: string };

/** Names of an environment mean one service each: those that another one has, wants, has staged or is being deployed with are refused. */
export function refuseTakenNames(db: Db, own: Own, names: readonly string[]): void {
  if (names.length === 0) return;
  const holders = holdersOf(db, own);
  const name = names.find((each) => holders.has(each));
  if (name === undefined) return;
  const { service, how } = holders.get(name)!;
  throw fail("PRIVATE_NAME_TAKEN", { name, service: service.name, how });
}

function holdersOf(db: Db, { id, environmentId }: Own): Map<string, Holder> {
  const siblings = new Map(servicesOfEnvironment(db, environmentId).flatMap((service) => (service.id === id ? [] : [[service.id, service]])));
  const holders = new Map<string, Holder>();
  const hold = (serviceId: string, names: unknown, how: string) => {
    const service = siblings.get(serviceId);
    if (service === undefined || !Array.isArray(names)) return;
    for (const name of names) if (!holders.has(name)) holders.set(name, { service, how });
  };
  for (const service of siblings.values()) hold(service.id, [service.name], "it is called so");
  for (const { serviceId, state, config } of namingReleases(db, environmentId)) hold(serviceId, config.names, state === "preparing" ? "it is being deployed with it" : "its live release has it");
  for (const { id: serviceId, config } of siblings.values()) hold(serviceId, config.names, "its settings have it");
  for (const { scopeId, aspect, name, value } of listStaged(db, environmentId)) {
    if (aspect === "setting" && name === "names" && value !== null) hold(scopeId, JSON.parse(value), "a staged change gives it to it");
  }
  return holders;
}
