import type { Admission, CleanupPreview, DoctorReport, FixId, HostStatus, LogBatch, LogFilter, LogPage, Person, Role, Service, ServiceMeters } from "../../contract/index.ts";
import type { ServiceRow } from "../store/index.ts";

/** `before`, `after` and `moment`: at most one counts, in the order after, moment, before. */
export type HistoryAsked = { before?: string | undefined; after?: string | undefined; moment?: number | undefined; filter: LogFilter; limit: number };

/** What the contract's implementation asks of the room that keeps what runs in line with the store (runtime/). */
export type Runtime = {
  /** Follows Docker's events and repairs differences, now and on a slow loop. Serving never waits for it. */
  start(): void;
  /** From the live release, its containers and the last deployment; never waits for Docker. */
  state(service: ServiceRow): Pick<Service, "state" | "stateSince" | "unseen" | "crashes" | "instances" | "reached" | "stoppedFor">;
  /** What they use now; reads the kernel's own counts, and asks Docker where those cannot be seen. */
  meters(services: readonly ServiceRow[]): Promise<ServiceMeters[]>;
  /** Output of all releases of a service that are still kept, then live until the signal. */
  logs(
    service: ServiceRow,
    from: { after?: string; tail: number },
    signal: AbortSignal | undefined,
  ): AsyncIterable<LogBatch>;
  /** A page of the output that is kept, read back or on from a place of it. */
  history(service: ServiceRow, asked: HistoryAsked, signal: AbortSignal | undefined): Promise<LogPage>;
  /** All output that is kept until now and is wanted, one line each, in the order of its stamps. */
  wholeLog(service: ServiceRow, filter: LogFilter, signal: AbortSignal | undefined): AsyncIterable<string>;
  /** Brings route, hostname and private name in line with the store after a change of name or hostname. */
  apply(serviceId: string): Promise<void>;
  /** VOLUME_DATA_WOULD_GO where an act of that kind would take data along that `discard` does not name. `added`: paths at which it gets volumes of ours that take it in. */
  refuseLoss(service: ServiceRow, kind: string, discard: readonly string[], added?: readonly string[]): Promise<void>;
  /** What a deletion takes along, in words. */
  deletion(service: ServiceRow): Promise<string[]>;
  close(): Promise<void>;
  /** Removes every container, network, image and table of this instance. */
  purge(): Promise<void>;
};

/** Who may come in besides the owners' own logins (people/). */
export type People = {
  list(): Promise<Admission>;
  invite(id: string, person: { name: string; role: Role; publicKey: string }): Promise<Person>;
  changeRole(id: string, role: Role): Person;
  revoke(id: string): Promise<Person>;
};

export type Meters = { status(): Promise<HostStatus> };

/** What is right and wrong with the server, and a few things that a click can mend. */
export type Doctor = {
  check(desktopTime: number, signal?: AbortSignal): Promise<DoctorReport>;
  fix(id: FixId): Promise<{ done: string }>;
};

/** What is kept for a while, and what of it may go. */
export type Storage = { preview(reach: "budgets" | "all", signal?: AbortSignal): Promise<CleanupPreview> };
