import { request } from "node:http";
import { connect } from "node:net";

/** What one try found out: nobody there, an answer in words, or good. */
export type Probe = { state: "away" } | { state: "bad"; answer: string } | { state: "good"; answer: string };

export type Target = { address: string; port: number };

/** Whether a connection is accepted. */
export function probePort({ address, port }: Target, timeoutMs: number, signal: AbortSignal): Promise<Probe> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: timeoutMs, signal });
    const end = (probe: Probe) => {
      socket.destroy();
      resolve(probe);
    };
    socket.on("connect", () => end({ state: "good", answer: `accepts connections on port ${port}` }));
    socket.on("timeout", () => end({ state: "away" }));
    socket.on("error", () => end({ state: "away" }));
  });
}

/** Asks with GET; 200 to 399 is good. The body is not read. */
export function probePath(target: Target & { path: string; host: string }, timeoutMs: number, signal: AbortSignal): Promise<Probe> {
  const { address, port, path, host } = target;
  return new Promise((resolve) => {
    let connected = false;
    const ask = request({
      host: address,
      port,
      path,
      headers: { host, "user-agent": "Aeroplane health check", connection: "close" },
      agent: false,
      signal,
      timeout: timeoutMs,
    });
    const end = (probe: Probe) => {
      ask.destroy();
      resolve(probe);
    };
    ask.on("socket", (socket) => socket.on("connect", () => (connected = true)));
    ask.on("response", ({ statusCode = 0 }) => {
      const answer = String(statusCode);
      end(statusCode >= 200 && statusCode < 400 ? { state: "good", answer } : { state: "bad", answer });
    });
    ask.on("timeout", () => end(connected ? { state: "bad", answer: "nothing" } : { state: "away" }));
    ask.on("error", (error: NodeJS.ErrnoException) =>
      end(connected ? { state: "bad", answer: error.code === "ECONNRESET" ? "nothing" : "something that is not HTTP" } : { state: "away" }),
    );
    ask.end();
  });
}
