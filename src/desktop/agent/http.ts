import http from "node:http";
import type { Duplex } from "node:stream";
import { pipeline, Readable } from "node:stream";
import { boundedParts } from "./bounded.ts";

export type OpenSocket = () => Promise<Duplex>;
/** Calls share kept connections, each stream has its own, and beats never wait behind any of them. */
export type Lane = "call" | "stream" | "beat" | "raw";

export type Asked = { method: string; path: string; headers: http.OutgoingHttpHeaders; body: Buffer; signal?: AbortSignal };
/** Body and answer flow at the same time. */
export type Exchange = { sent: http.ClientRequest; answer: Promise<http.IncomingMessage> };
type Options = {
  /** A call broke, or has been unanswered for a moment: the far end may be gone. */
  onDoubt?: () => void;
};

/** An unanswered call says nothing yet, but is worth a question. */
const DOUBT_AFTER = 1000;

/**
 * The fetch of the web over any duplex. Back-pressure and cancellation are those of the connection. Nothing is opened
 * before it is needed.
 */
export function socketFetch(open: OpenSocket, { onDoubt = () => {} }: Options = {}) {
  const lanes: Record<Lane, http.Agent> = {
    // No limit on open ones: Node's queue is only moved by connections that end well, so a dead one would hold it for ever.
    call: agentOver(open, { keepAlive: true, maxFreeSockets: 8, scheduling: "lifo" }),
    stream: agentOver(open, { keepAlive: false }),
    beat: agentOver(open, { keepAlive: true, maxFreeSockets: 1 }),
    raw: agentOver(open, { keepAlive: false }),
  };
  /** Ends each exchange: one whose connection is still being opened hears of nothing else. */
  const exchanges = new Set<(error: Error) => void>();
  /** Ends each call that has no answer yet: one whose connection is still being opened hears of nothing else. */
  const unanswered = new Set<(error: unknown) => void>();
  let streams = 0;
  let closed = false;

  /** The answer's head; its body is still to be read. */
  async function ask(request: Asked, lane: Lane): Promise<http.IncomingMessage> {
    const timer = lane === "beat" ? undefined : setTimeout(onDoubt, DOUBT_AFTER);
    const { promise: broken, reject: end } = Promise.withResolvers<never>();
    const abort = () => end(request.signal!.reason);
    request.signal?.addEventListener("abort", abort, { once: true });
    unanswered.add(end);
    try {
      if (closed) throw closedError();
      const answer = await Promise.race([once(request, lanes[lane], () => !closed), broken]);
      if (lane !== "stream") return answer;
      streams += 1;
      answer.once("close", () => (streams -= 1));
      answer.once("error", () => void (request.signal?.aborted || onDoubt()));
      return answer;
    } catch (error) {
      if (lane !== "beat" && !request.signal?.aborted) onDoubt();
      throw error;
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", abort);
      unanswered.delete(end);
    }
  }

  /** A connection of its own, whose body the caller writes and ends. */
  function exchange({ method, path, headers, signal }: Omit<Asked, "body">): Exchange {
    if (closed) throw closedError();
    const chunked = method === "HEAD" || method === "DELETE" ? {} : { "transfer-encoding": "chunked" };
    const sent = http.request({ agent: lanes.raw, method, path, headers: { ...headers, ...chunked, host: "agent" }, signal });
    const { promise: answer, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    answer.catch(() => {});
    const end = (error: Error) => {
      reject(error);
      sent.destroy(error);
    };
    const abort = () => end(signal!.reason as Error);
    exchanges.add(end);
    signal?.addEventListener("abort", abort, { once: true });
    endWithSocket(sent, end);
    sent.once("response", resolve);
    // Whoever reads or writes hears of it by the stream; this one stays, since an error without a listener ends the app.
    sent.on("error", reject);
    sent.once("close", () => {
      exchanges.delete(end);
      signal?.removeEventListener("abort", abort);
      reject(closedError());
    });
    return { sent, answer };
  }

  async function send(request: Request, lane: Lane): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    return asResponse(await ask({ method: request.method, path: pathname + search, headers: Object.fromEntries(request.headers), body, signal: request.signal }, lane));
  }

  return {
    ask,
    exchange,
    send,
    /** Whether something is being watched now. */
    inUse: () => streams > 0,
    close() {
      closed = true;
      for (const end of unanswered) end(closedError());
      for (const end of exchanges) end(closedError());
      for (const agent of Object.values(lanes)) agent.destroy();
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

function once(request: Asked, agent: http.Agent, mayRetry: () => boolean): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, path, body, signal } = request;
    const headers = { ...request.headers, host: "agent", "content-length": body.length };
    const sent = http.request({ agent, method, path, headers, signal });
    endWithSocket(sent, reject);
    sent.on("response", resolve);
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The far end may close a kept connection at the very moment it is used again; nothing was answered on it.
      if (mayRetry() && sent.reusedSocket && error.code === "ECONNRESET") once(request, agent, mayRetry).then(resolve, reject);
      else reject(error);
    });
    sent.end(body);
  });
}

/** A connection that was closed before it was handed over tells nobody any more, and so does a request that is ended over it. */
function endWithSocket(sent: http.ClientRequest, end: (error: Error) => void): void {
  sent.once("socket", (socket) => {
    if (!socket.destroyed) return;
    end(Object.assign(new Error("The connection was closed as soon as it was open."), { code: "ECONNRESET" }));
    sent.destroy();
  });
}

const closedError = () => new Error("The connection to the agent is closed.");

function asResponse(answer: http.IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) if (typeof value === "string") headers.set(name, value);
  const status = answer.statusCode ?? 502;
  const empty = status === 204 || status === 304;
  if (empty) answer.resume();
  return new Response(empty ? null : (Readable.toWeb(bounded(answer)) as ReadableStream), { status, headers });
}

/** Read no faster than it is taken; either end's end is the other's. */
function bounded(answer: http.IncomingMessage): Readable {
  const parts = boundedParts();
  pipeline(answer, parts, () => {});
  return parts;
}
