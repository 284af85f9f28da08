import { request } from "node:http";

export type SocketAnswer = { status: number; headers: Record<string, string>; body: string };

/** One HTTP request over a unix socket; the connection is not kept. */
export function socketRequest(o: {
  socket: string;
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  seconds: number;
  signal?: AbortSignal;
  /** Ends as soon as the headers are there: the body may be endless. */
  headersOnly?: boolean;
}): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath: o.socket,
      method: o.method ?? "GET",
      path: o.path,
      agent: false,
      headers: { ...o.headers, ...(o.body === undefined ? {} : { "content-type": "application/json" }) },
      signal: o.signal ? AbortSignal.any([o.signal, AbortSignal.timeout(o.seconds * 1000)]) : AbortSignal.timeout(o.seconds * 1000),
    });
    call.once("error", reject);
    call.once("response", (response) => {
      const headers = Object.fromEntries(Object.entries(response.headers).map(([key, value]) => [key, String(value)]));
      const answer = (body: string) => resolve({ status: response.statusCode ?? 0, headers, body });
      if (o.headersOnly) {
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
