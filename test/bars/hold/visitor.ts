// A process of visitors: sends all its requests, says so, then tells what came of each.
import { request } from "node:http";

export type VisitPlan = {
  port: number;
  /** In turn. */ hostnames: string[];
  count: number;
  /** Bytes of a POST's body; every other request is one. */ bodyBytes: number;
  prefix: string;
};

export type Answered = { id: string; method: string; status: number; body: string; retryAfter: string | null; /** Milliseconds. */ after: number };

const plan = JSON.parse(process.argv[2] ?? "") as VisitPlan;
const content = "b".repeat(plan.bodyBytes);
const AT_A_TIME = 50;

/** Resolves with the answer; `left` is called when all of the request has been given to the kernel. */
function send(at: number, left: () => void): Promise<Answered> {
  const method = at % 2 === 0 ? "GET" : "POST";
  const id = `${plan.prefix}-${at}`;
  const began = performance.now();
  return new Promise((resolve) => {
    const settle = (status: number, body: string, retryAfter: string | null) => {
      left();
      resolve({ id, method, status, body, retryAfter, after: performance.now() - began });
    };
    const call = request(
      {
        host: "127.0.0.1",
        port: plan.port,
        method,
        path: "/",
        agent: false,
        headers: { host: plan.hostnames[Math.floor(at / 2) % plan.hostnames.length], "x-request-id": id, ...(method === "POST" ? { "content-length": plan.bodyBytes } : {}) },
        timeout: 90_000,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (body += part));
        response.on("error", (error) => settle(0, error.message, null));
        response.on("end", () => settle(response.statusCode ?? 0, body, response.headers["retry-after"] ?? null));
      },
    );
    call.on("error", (error) => settle(0, error.message, null));
    call.on("timeout", () => call.destroy(new Error("no answer within 90 s")));
    call.on("finish", left);
    call.end(method === "POST" ? content : undefined);
  });
}

const answers: Promise<Answered>[] = [];
for (let at = 0; at < plan.count; at += AT_A_TIME) {
  const several = Array.from({ length: Math.min(AT_A_TIME, plan.count - at) }, (_, more) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answers.push(send(at + more, resolve));
    return promise;
  });
  await Promise.all(several);
}
process.send?.("sent");
process.send?.(await Promise.all(answers));
process.disconnect();
