import type { Account } from "../sandbox/index.ts";

/** Where requests for a service go. */
export type RouteTarget =
  | { type: "app"; address: string; port: number }
  | { type: "site"; serviceId: string; releaseId: string }
  | { type: "stopped" };

/** One service as the store wants it; without a target (never deployed) its hostname answers the 404 page. */
export type Route = { serviceId: string; hostname: string | null; target: RouteTarget | null };

export type CaddyOptions = {
  /** DATA_DIR; Caddy reads only routes/ and sites/ and its own caddy/. */
  dataDir: string;
  bin: string;
  httpAddress: string;
  httpPort: number;
  account: Account | null;
  /** Name of the systemd unit that runs it; null: started here, detached. */
  unit: string | null;
};

export type Caddy = {
  /** Running with the wanted config; starts or adopts it. Throws PORT_IN_USE or CADDY_UNAVAILABLE. */
  ensure(signal?: AbortSignal): Promise<void>;
  /** Makes all route files equal to the store; what is not listed goes. Idempotent, no request fails. */
  sync(routes: Route[]): Promise<void>;
  /** One rename; null: the 404 page. Durable when it returns. */
  setTarget(serviceId: string, target: RouteTarget | null): Promise<void>;
  /** One rename; frees the service's former hostname. */
  setHostname(serviceId: string, hostname: string | null): Promise<void>;
  /** Hostname and target of a service that is no more. */
  remove(serviceId: string): Promise<void>;
  /**
   * Returns when Caddy itself says that a request for `hostname` was answered by `target`; ROUTE_NOT_CONFIRMED after
   * `seconds`. What the app says about itself cannot fool it.
   */
  confirm(o: { serviceName: string; hostname: string; target: RouteTarget; seconds: number; signal?: AbortSignal }): Promise<void>;
  /** What the route files say now; null where nothing is routed. */
  current(serviceId: string): Promise<RouteTarget | null>;
  version(): Promise<string | null>;
  /** Stops Caddy; for purge and for the demo's end. */
  stop(): Promise<void>;
};

export function createCaddy(_options: CaddyOptions): Caddy {
  throw new Error("not yet");
}
