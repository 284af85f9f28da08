import http from "node:http";
import type { Duplex } from "node:stream";
import { Readable } from "node:stream";

export type OpenSocket = () => Promise<Duplex>;

/**
 * The fetch of the web over any duplex. Calls share a few kept connections; each stream gets its own, so that no call
 * ever waits behind one. Back-pressure and cancellation are those of the connection.
 */
export function socketFetch(open: OpenSocket) {
  const calls = agentOver(open, { keepAlive: true, maxSockets: 8, scheduling: "lifo" });
  const streams = agentOver(open, { keepAlive: false });

  async function send(request: Request, { streaming }: { streaming: boolean }): Promise<Response> {
    const body = Buffer.from(await request.arrayBuffer());
    return once(request, body, streaming ? streams : calls, true);
  }

  return {
    send,
    close() {
      calls.destroy();
      streams.destroy();
    },
  };
}

function agentOver(open: OpenSocket, options: http.AgentOptions): http.Agent {
  const agent = new http.Agent(options);
  // Its types know only TCP sockets; it needs a duplex with a few no-ops.
  agent.createConnection = ((_options: unknown, done: (error: Error | null, socket?: Duplex) => void) => {
    open().then((socket) => done(null, socket), (error: Error) => done(error));
    return undefined;
  }) as never;
  return agent;
}

function once(request: Request, body: Buffer, agent: http.Agent, mayRetry: boolean): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { pathname, search } = new URL(request.url);
    const headers = { ...Object.fromEntries(request.headers), host: "agent", "content-length": String(body.length) };
    const sent = http.request({ agent, method: request.method, path: pathname + search, headers, signal: request.signal });
    sent.on("response", (answer) => resolve(asResponse(answer)));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The far end may close a kept connection at the very moment it is used again; nothing was answered on it.
      if (mayRetry && sent.reusedSocket && error.code === "ECONNRESET") once(request, body, agent, true).then(resolve, reject);
      else reject(error);
    });
    sent.end(body);
  });
}

function asResponse(answer: http.IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) if (typeof value === "string") headers.set(name, value);
  const status = answer.statusCode ?? 502;
  const empty = status === 204 || status === 304;
  if (empty) answer.resume();
  return new Response(empty ? null : (Readable.toWeb(answer) as ReadableStream), { status, headers });
}
