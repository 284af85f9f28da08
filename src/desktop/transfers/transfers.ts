import { basename } from "node:path";
import { fail, LARGEST_VARIABLES_FILE, variablesTaken, type RawTicket } from "@aeroplane/agent/contract";
import type { Sink } from "@aeroplane/agent/lane";
import type { LinkSpeed, LogOf, Offer, Transfer } from "../../contract/index.ts";
import type { AgentClient } from "../agent/client.ts";
import type { Reach } from "../agent/forward.ts";
import { forget, give, take } from "./carry.ts";
import { fileSink, fileSource } from "./files.ts";
import { createTransferList, type Outcome, type Running } from "./list.ts";
import { measure } from "./measure.ts";
import { createOffers } from "./offers.ts";
import { createSlices } from "./slices.ts";

/** What the host can do with files of this computer; null: it is a browser, whose page reads and writes them. */
export type HostFiles = {
  /** A place to save to that the person has chosen, or null. */
  chooseSave(name: string): Promise<string | null>;
  chooseOpen(title: string): Promise<string | null>;
  show(path: string): void;
};

type Begun = { transfer: Transfer; offer: Offer | null } | null;
type Scope = { environmentId: string; serviceId: string | null };
type OfVolume = { serverId: string; volume: { id: string; environmentId: string }; path: string };

function checkVariablesFile({ name, size }: { name: string; size: number }): void {
  if (size === 0) throw fail("INVALID_INPUT", { field: name, why: "it is empty" });
  if (size > LARGEST_VARIABLES_FILE) throw fail("RAW_TOO_LARGE", { what: name, limit: `${LARGEST_VARIABLES_FILE / 1024 ** 2} MB` });
}

/** Files between this computer and servers, beside the calls. */
export function createTransfers({ reach, files }: { reach: Reach; files: HostFiles | null }) {
  const list = createTransferList();
  const offers = createOffers();

  function mustReach(serverId: string): AgentClient {
    const { agent, name } = reach(serverId);
    if (!agent) throw fail("SERVER_OFFLINE", { server: name });
    return agent;
  }
  const carrying = (running: Running, ticket: RawTicket) => ({
    reach: () => reach(running.transfer.serverId),
    ticket,
    signal: running.signal,
    onProgress: running.progress,
    onWaiting: running.waits,
  });
  /** The place that bytes go to; where there is none, the server keeps no file for it until its ticket has expired. */
  const orForget = <S extends Sink>(running: Running, ticket: RawTicket, sink: Promise<S>): Promise<S> =>
    sink.catch((error: unknown) => {
      void forget(carrying(running, ticket));
      throw error;
    });
  /** Its end is told by the list. */
  const quietly = (work: Promise<unknown>) => void work.catch(() => {});

  /** The server reads through all of it first, which may take long: `signal` ends that. */
  function askForLog({ deployments, runs, services }: AgentClient["client"], log: LogOf, signal: AbortSignal | undefined): Promise<RawTicket> {
    if (log.type === "deployment") return deployments.download({ id: log.id }, { signal });
    if (log.type === "command") return runs.download({ id: log.id }, { signal });
    const { id, environmentId, filter } = log;
    return filter === undefined ? services.download({ id, environmentId }, { signal }) : services.downloadFound({ id, environmentId, filter }, { signal });
  }

  const downloadLog = ({ serverId, log }: { serverId: string; log: LogOf }, signal?: AbortSignal): Promise<Begun> =>
    download(serverId, (client) => askForLog(client, log, signal), signal);

  const downloadFile = ({ serverId, volume, path }: OfVolume, signal?: AbortSignal): Promise<Begun> =>
    download(serverId, ({ volumes }) => volumes.download({ ...volume, path }, { signal }), signal);

  async function download(serverId: string, ask: (client: AgentClient["client"]) => Promise<RawTicket>, signal: AbortSignal | undefined): Promise<Begun> {
    const ticket = await ask(mustReach(serverId).client);
    // Whoever has cancelled it meanwhile is asked for no place, and nothing is begun.
    const path = signal?.aborted ? null : files && (await files.chooseSave(ticket.name));
    if (signal?.aborted || (files && path === null)) {
      void forget({ reach: () => reach(serverId), ticket });
      return null;
    }
    const running = list.begin({ serverId, direction: "down", name: path === null ? ticket.name : basename(path), size: ticket.size });
    if (path !== null) {
      quietly(list.follow(running, () => toFile(running, ticket, path)));
      return { transfer: running.transfer, offer: null };
    }
    const { id } = running.transfer;
    const { promise: coming, resolve: come, reject: stay } = Promise.withResolvers<Sink>();
    running.signal.addEventListener("abort", () => stay(running.signal.reason), { once: true });
    // Followed before the page comes, so that one that never does can be cancelled.
    const ended = list.follow(running, async () => (await take({ ...carrying(running, ticket), sink: await orForget(running, ticket, coming) }), {}));
    quietly(ended.finally(() => offers.end(id)));
    const run = async (sink: Sink, gone: AbortSignal) => {
      offers.end(id);
      gone.addEventListener("abort", () => list.stop(id), { once: true });
      come(sink);
      await ended;
      // A page must not take what was cancelled for the whole.
      running.signal.throwIfAborted();
    };
    return { transfer: running.transfer, offer: offers.make(id, ticket, { direction: "down", run }, () => list.stop(id)) };
  }

  async function toFile(running: Running, ticket: RawTicket, path: string) {
    const sink = await orForget(running, ticket, fileSink(path));
    try {
      await take({ ...carrying(running, ticket), sink });
      await sink.keep();
      return { onDisk: path };
    } catch (error) {
      await sink.drop();
      throw error;
    }
  }

  async function uploadVariables({ serverId, file, ...about }: { serverId: string; stage: boolean; file: { name: string; size: number } | null } & Scope): Promise<Begun> {
    const { client } = mustReach(serverId);
    if (!files) {
      if (!file) throw fail("INVALID_INPUT", { field: "file", why: "the page has to say which one it brings" });
      checkVariablesFile(file);
      const ticket = await client.variables.upload({ ...about, size: file.size });
      return brought(serverId, file, ticket, (taken) => ({ variables: variablesTaken.parse(taken) }));
    }
    const path = await files.chooseOpen("Choose a .env file");
    if (path === null) return null;
    const source = await fileSource(path);
    const ticket = await (async () => {
      checkVariablesFile({ name: basename(path), size: source.size });
      return client.variables.upload({ ...about, size: source.size });
    })().catch(async (error: unknown) => {
      await source.close();
      throw error;
    });
    const running = list.begin({ serverId, direction: "up", name: basename(path), size: source.size });
    const work = async () => ({ variables: variablesTaken.parse(await give({ ...carrying(running, ticket), source })) });
    quietly(list.follow(running, () => work().finally(() => source.close())));
    return { transfer: running.transfer, offer: null };
  }

  /** A file that the page brings, slice by slice; `outcome`: what came of it. */
  function brought(serverId: string, file: { name: string; size: number }, ticket: RawTicket, outcome: (taken: unknown) => Outcome) {
    const running = list.begin({ serverId, direction: "up", ...file });
    const { id } = running.transfer;
    const slices = createSlices(file.size);
    const given = give({
      ...carrying(running, ticket),
      source: slices,
      onProgress(done) {
        slices.taken(done);
        running.progress(done);
      },
    });
    running.signal.addEventListener("abort", () => slices.end(new Error("Cancelled")));
    quietly(
      list
        .follow(running, async () => outcome(await given))
        .catch((error: Error) => slices.end(error))
        .finally(() => offers.end(id)),
    );
    return { transfer: running.transfer, offer: offers.make(id, file, { direction: "up", slices }, () => list.stop(id)) };
  }

  async function uploadFile({ serverId, volume, path, file }: OfVolume & { file: { name: string; size: number } }) {
    const ticket = await mustReach(serverId).client.volumes.upload({ ...volume, path, size: file.size });
    return brought(serverId, file, ticket, () => ({}));
  }

  async function bring({ id, secret, at, bytes }: { id: string; secret: string; at: number; bytes: string }): Promise<void> {
    const { offered } = offers.find(id, secret);
    if (offered.direction !== "up") throw fail("RAW_TICKET_UNKNOWN", {});
    await offered.slices.bring(at, Buffer.from(bytes, "base64"));
  }

  return {
    watch: list.watch,
    downloadLog,
    downloadFile,
    uploadVariables,
    uploadFile,
    bring,
    cancel: list.cancel,
    dismiss: list.dismiss,
    show: (id: string) => files?.show(list.placeOf(id)),
    measure: (serverId: string, signal?: AbortSignal): Promise<LinkSpeed> => measure(mustReach(serverId), signal ?? new AbortController().signal),
    /** For the web host alone. */
    offered: offers.find,
    close: list.close,
  };
}
export type Transfers = ReturnType<typeof createTransfers>;
