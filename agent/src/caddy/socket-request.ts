import { request } from "node:http";

export type SocketAnswer = { status: number; headers: Record<string, string>; /** Set by the answer, `name=value` each. */ cookies: string[]; body: string };

/** One HTTP request over a unix socket; the connection is not kept. */
export function socketRequest(o: {
  socket: string;
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** None: the signal alone ends it. */
  seconds?: number;
  signal?: AbortSignal;
  /** Whether to end as soon as the headers are there: the body may be endless. */
  headersOnly?: (headers: Record<string, string>) => boolean;
  /** Bytes of response headers that are taken; Node's own limit where nothing is said. */
  largestHeaders?: number;
}): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath: o.socket,
      method: o.method ?? "GET",
      path: o.path,
      agent: false,
      headers: { ...o.headers, ...(o.body === undefined ? {} : { "content-type": "application/json" }) },
      signal: AbortSignal.any([...(o.signal ? [o.signal] : []), ...(o.seconds === undefined ? [] : [AbortSignal.timeout(o.seconds * 1000)])]),
      ...(o.largestHeaders === undefined ? {} : { maxHeaderSize: o.largestHeaders }),
    });
    // Which headers count must not depend on how many there are.
    call.maxHeadersCount = 0;
    call.once("error", reject);
    call.once("response", (response) => {
      const headers = Object.fromEntries(Object.entries(response.headers).map(([key, value]) => [key, String(value)]));
      const cookies = (response.headers["set-cookie"] ?? []).map((line) => line.split(";", 1)[0]!.trim());
      const answer = (body: string) => resolve({ status: response.statusCode ?? 0, headers, cookies, body });
      if (o.headersOnly?.(headers)) {
        answer("");
        response.destroy();
        return;
      }
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("error", reject);
      response.once("end", () => answer(Buffer.concat(parts).toString("utf8")));
    });
    call.end(o.body);
  });
}
