import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export type Upstream = { address: string; port: number };
/** What else than HTTP/1 a port may speak, so that a failure can say so. */
export type Dialect = "tls" | "http2" | "unknown";

/** Milliseconds: what says nothing for so long does not speak it. */
const WITHIN_MS = 2000;
/** The client's first words and an empty SETTINGS frame (RFC 9113, 3.4). */
const HTTP2_PREFACE = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]);
const SETTINGS = 4;

/** Asked only once it is clear that the port does not speak HTTP/1. */
export async function dialectOf(upstream: Upstream, signal: AbortSignal, within = WITHIN_MS): Promise<Dialect> {
  const [tls, http2] = await Promise.all([speaksTls(upstream, signal, within), speaksHttp2(upstream, signal, within)]);
  return tls ? "tls" : http2 ? "http2" : "unknown";
}

/** A handshake, or a refusal of one in TLS itself, as for a client without a certificate. */
export function speaksTls({ address, port }: Upstream, signal: AbortSignal, within = WITHIN_MS): Promise<boolean> {
  const socket = connectTls({ host: address, port, rejectUnauthorized: false, minVersion: "TLSv1" });
  return decide(socket, signal, within, (end) => {
    socket.once("secureConnect", () => end(true));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => end(/^ERR_SSL_.*ALERT/.test(code ?? "")));
  });
}

function speaksHttp2({ address, port }: Upstream, signal: AbortSignal, within: number): Promise<boolean> {
  const socket = connect({ host: address, port });
  return decide(socket, signal, within, (end) => {
    let said = Buffer.alloc(0);
    socket.once("connect", () => socket.write(HTTP2_PREFACE));
    socket.on("data", (part: Buffer) => {
      said = Buffer.concat([said, part]);
      // A frame: three bytes of length, the type, flags, and a stream which for SETTINGS is none.
      if (said.length >= 9) end(said[3] === SETTINGS && said.readUInt32BE(5) === 0);
    });
  });
}

/** Whether a connection to that address and port is accepted. */
export function accepts({ address, port }: Upstream, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ host: address, port });
  return decide(socket, signal, WITHIN_MS, (end) => socket.once("connect", () => end(true)));
}

function decide(socket: Socket, signal: AbortSignal, within: number, listen: (end: (answer: boolean) => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      clearTimeout(late);
      signal.removeEventListener("abort", give);
      socket.destroy();
      resolve(answer);
    };
    const give = () => end(false);
    const late = setTimeout(give, within);
    signal.addEventListener("abort", give);
    listen(end);
    socket.on("error", give);
    socket.on("close", give);
    if (signal.aborted) give();
  });
}
