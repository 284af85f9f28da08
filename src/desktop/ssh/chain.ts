import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { fail } from "@aeroplane/agent/contract";
import type { Hop } from "../../contract/index.ts";
import { signIn, type SignInOptions } from "./sign-in.ts";

type Station = Pick<SignInOptions, "account" | "login" | "place" | "pin" | "settings">;
type Shared = Omit<SignInOptions, "dial" | keyof Station>;

/** Signs in to one host after the other, each through the one before and each under its own name; answers the last. */
export async function signInThrough(stations: readonly Station[], shared: Shared): Promise<Client> {
  const clients: Client[] = [];
  const closeAll = () => clients.toReversed().forEach((client) => client.end());
  try {
    for (const station of stations) {
      const through = clients.at(-1);
      const jump = stations[clients.length - 1]?.login;
      clients.push(await signIn({ ...shared, ...station, ...(through && jump ? { dial: () => passOn(through, jump, station.login, shared.signal) } : {}) }));
    }
  } catch (error) {
    closeAll();
    throw error;
  }
  const last = clients.at(-1)!;
  // Without the last, the others serve nobody.
  last.once("close", closeAll);
  for (const client of clients.slice(0, -1)) client.on("error", () => {});
  return last;
}

function passOn(through: Client, jump: Hop, { address, port }: Hop, signal: AbortSignal | undefined): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal!.reason);
    signal?.addEventListener("abort", stop, { once: true });
    through.forwardOut("127.0.0.1", 0, address.replace(/^\[|\]$/g, ""), port, (error, channel) => {
      signal?.removeEventListener("abort", stop);
      if (!error) return resolve(channel);
      const prohibited = (error as { reason?: unknown }).reason === 1;
      const why = prohibited ? "it forbids forwarding" : "the host cannot be reached from there";
      reject(fail("JUMP_REFUSED", { jump: jump.address, address, port, why }, { cause: error, detail: error.message }));
    });
  });
}
