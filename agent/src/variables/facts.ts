import { shapes, type FactName, type ShapeName } from "../../contract/index.ts";
import { findRelease, hostnamesOf, type Db, type ServiceRow } from "../store/index.ts";

type Fact = {
  /** Null: there is none now. */
  of(db: Db, service: ServiceRow): string | null;
  /** Another one is a change of those who refer to it. */
  compared: boolean;
};

const isNamed = (shape: string) => Object.hasOwn(shapes, shape) && shapes[shape as ShapeName].named;

function portOf(db: Db, { liveReleaseId, config }: ServiceRow): string | null {
  const port = (liveReleaseId === null ? undefined : findRelease(db, liveReleaseId))?.port ?? config.port;
  return port === null ? null : String(port);
}

export const factsOf: Record<FactName, Fact> = {
  AEROPLANE_PRIVATE_NAME: { of: (_, { shape, name }) => (isNamed(shape) ? name : null), compared: true },
  AEROPLANE_PORT: { of: portOf, compared: true },
  AEROPLANE_DOMAIN: { of: (db, { id }) => hostnamesOf(db, id)[0] ?? null, compared: true },
  // Every deploy brings another: nobody is to be deployed again for that alone.
  AEROPLANE_RELEASE_ID: { of: (_, { liveReleaseId }) => liveReleaseId, compared: false },
};

/** What those who refer to a service may be changed by. */
export const toldOf = (db: Db, service: ServiceRow): string =>
  JSON.stringify([service.name, ...Object.values(factsOf).map(({ of, compared }) => (compared ? of(db, service) : null))]);
