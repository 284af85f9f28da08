import type { HostStatus, LogBatch, Service } from "../../contract/index.ts";
import type { ServiceRow } from "../store/index.ts";

/** What the contract's implementation asks of the rooms below it. */
export type Runtime = {
  /** From the live release, its containers and the last deployment; never waits for Docker. */
  state(service: ServiceRow): Pick<Service, "state" | "stateSince" | "crashes">;
  /** Output of all releases of a service that are still kept, then live until the signal. */
  logs(
    service: ServiceRow,
    from: { after?: string; tail: number },
    signal: AbortSignal | undefined,
  ): AsyncIterable<LogBatch>;
  /** Brings route, hostname and private name in line with the store after a change of name or hostname. */
  apply(serviceId: string): Promise<void>;
  /** What a deletion takes along, in words. */
  deletion(service: ServiceRow): Promise<string[]>;
  close(): Promise<void>;
};

export type Meters = { status(): Promise<HostStatus> };
