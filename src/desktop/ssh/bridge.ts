import http2 from "node:http2";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { fail } from "@aeroplane/agent/contract";
import { SESSION_WINDOW, STREAM_WINDOW } from "@aeroplane/agent/lane";
import * as z from "zod";
import type { Transport } from "./transport.ts";

const MARKER = "\n==aeroplane-bridge==";
/** What a login may print before the bridge speaks: banners, greetings, the output of its shell's files. */
const NOISE_BYTES = 64 * 1024;
const MEET_MS = 30_000;

const answer = z.object({ state: z.enum(["open", "revoked", "busy", "full", "away"]), count: z.number().optional() });

type Way = Transport & Required<Pick<Transport, "openCommand">>;
type Options = { argv: readonly string[]; address: string; user: string };

/**
 * The agent's socket without forwarding: a program on the server carries all connections over its stdin and stdout, each
 * a stream of one HTTP/2 session. Started with the first connection, and again when it has gone.
 */
export function overBridge(transport: Way, options: Options): Transport {
  let session: Promise<http2.ClientHttp2Session> | undefined;

  async function current(): Promise<http2.ClientHttp2Session> {
    const open = await (session ??= begin(transport, options)).catch((error: unknown) => {
      session = undefined;
      throw error;
    });
    if (!open.closed && !open.destroyed) return open;
    session = begin(transport, options);
    return current();
  }

  return {
    ...transport,
    openSocket: async () => openStream(await current()),
    close() {
      void session?.then((open) => open.destroy(), () => {});
      transport.close();
    },
  };
}

async function begin(transport: Way, { argv, address, user }: Options): Promise<http2.ClientHttp2Session> {
  const { stream, errors } = await transport.openCommand(argv);
  // One that is given up may say so as an error; who used it hears of its end in any case.
  stream.on("error", () => {});
  try {
    const said = await meet(stream);
    if (said === null) throw fail("BRIDGE_FAILED", { address, why: "it said nothing" }, { detail: errors() });
    if (said.state === "revoked") throw fail("KEY_NOT_ADMITTED", { address, user });
    if (said.state === "busy") throw fail("BRIDGE_BUSY", { name: user, count: said.count ?? 0 });
    if (said.state === "full") throw fail("BRIDGES_FULL", { address, count: said.count ?? 0 });
    if (said.state === "away") throw fail("AGENT_AWAY", { address });
  } catch (error) {
    stream.destroy();
    throw error;
  }
  const session = http2.connect("http://bridge", { createConnection: () => stream, settings: { initialWindowSize: STREAM_WINDOW, enablePush: false } });
  // What it carried says itself that it broke.
  session.on("error", () => {});
  // It is told a moment later: one that was given up in between has no window any more.
  session.on("connect", () => {
    if (!session.destroyed) session.setLocalWindowSize(SESSION_WINDOW);
  });
  return session;
}

/** What the bridge says first, behind whatever else was printed; null: it ended or spoke of something else. */
function meet(stream: Duplex): Promise<z.infer<typeof answer> | null> {
  return new Promise((resolve) => {
    let heard = Buffer.from("\n");
    const done = (said: z.infer<typeof answer> | null) => {
      clearTimeout(timer);
      stream.pause();
      stream.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onEnd);
      resolve(said);
    };
    const onEnd = () => done(null);
    const onData = (part: Buffer) => {
      heard = Buffer.concat([heard, part]);
      const begins = heard.indexOf(MARKER);
      const ends = begins < 0 ? -1 : heard.indexOf("\n", begins + MARKER.length);
      if (ends < 0) return heard.length > NOISE_BYTES ? done(null) : undefined;
      const rest = heard.subarray(ends + 1);
      const read = answer.safeParse(parse(heard.subarray(begins + MARKER.length, ends).toString("utf8")));
      done(read.success ? read.data : null);
      if (rest.length > 0) stream.unshift(rest);
    };
    const timer = setTimeout(onEnd, MEET_MS);
    stream.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onEnd);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One connection to the agent's socket, as Node's HTTP client expects it. */
function openStream(session: http2.ClientHttp2Session): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": "CONNECT", ":authority": "agent" });
    stream.on("error", reject);
    stream.on("close", () => reject(new Error("The bridge closed the connection")));
    stream.on("response", ({ ":status": status, "x-code": code }) => {
      if (status !== 200) {
        stream.close();
        return reject(new Error(`The bridge does not reach the agent: ${String(code)}`));
      }
      // Until somebody uses it nobody hears it break; who does so hears of its end in any case.
      stream.off("error", reject).on("error", () => {});
      const self = () => stream;
      resolve(Object.assign(stream, { setKeepAlive: self, setNoDelay: self, setTimeout: self, ref: self, unref: self } satisfies Partial<Record<keyof Socket, unknown>>) as unknown as Duplex);
    });
  });
}
