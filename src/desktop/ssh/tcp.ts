import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { resolveName, type Address } from "./resolve.ts";

/**
 * Milliseconds that each try of a row may take, again and again. A dropped packet costs the server nothing and the short
 * ones meet a network soon after its return; the long one is for a way so slow that a short one can never succeed.
 */
const ROW = [1000, 1000, 1000, 1000, 1000, 4000];

type Options = { signal?: AbortSignal; seconds?: number; resolve?: (host: string) => Promise<Address[]>; row?: number[] };

/** A TCP connection as soon as the host can be reached; one try at a time, so that none is ever left open beside another. */
export async function openTcp(host: string, port: number, { signal, seconds = 20, resolve = resolveName, row = ROW }: Options = {}): Promise<Socket> {
  const until = performance.now() + seconds * 1000;
  for (let tries = 0; ; tries += 1) {
    signal?.throwIfAborted();
    const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await resolve(host);
    const within = Math.min(row[tries % row.length]!, until - performance.now());
    const socket = within > 0 ? await tryOnce(host, addresses, { port, within, signal }) : null;
    if (socket) return socket;
    if (performance.now() >= until) throw Object.assign(new Error(`No answer from ${host} within ${seconds} s`), { code: "ETIMEDOUT" });
  }
}

/** Null when it was silent for that long. */
function tryOnce(host: string, addresses: Address[], { port, within, signal }: { port: number; within: number; signal?: AbortSignal }): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // Requests are single small writes; waiting to gather more would cost each a round trip.
    const socket = connect({ host, port, noDelay: true, lookup: answering(addresses), autoSelectFamilyAttemptTimeout: 500 });
    const end = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.removeAllListeners();
      act();
    };
    const giveUp = (act: () => void) =>
      end(() => {
        // A late refusal of a try that is given up has nobody to tell.
        socket.on("error", () => {});
        socket.destroy();
        act();
      });
    const timer = setTimeout(() => giveUp(() => resolve(null)), within);
    const abort = () => giveUp(() => reject(signal!.reason));
    signal?.addEventListener("abort", abort, { once: true });
    socket.once("connect", () => end(() => resolve(socket)));
    socket.once("error", (error: NodeJS.ErrnoException) => giveUp(() => (error.code === "ETIMEDOUT" ? resolve(null) : reject(error))));
  });
}

const answering =
  (addresses: Address[]): LookupFunction =>
  (_host, options, done) =>
    options.all ? done(null, addresses) : done(null, addresses[0]!.address, addresses[0]!.family);
