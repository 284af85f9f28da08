// The load maker: a process of its own, so that nothing of a test delays it. Open loop: it neither waits nor retries.
import { Agent, request } from "node:http";
import type { LoadCommand, LoadPlan, LoadReport, PhaseResult } from "./plan.ts";
import { APP_HEADER, INSTANCE_HEADER, RELEASE_HEADER, REQUEST_HEADER } from "./plan.ts";

const plan = JSON.parse(process.argv[2] ?? "") as LoadPlan;
const kept = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 64 });
const results: PhaseResult[] = [];
let phase: PhaseResult | null = null;
let phaseBegan = 0;
let count = 0;
let open = 0;
let next = 0;

function begin(name: string) {
  end();
  phaseBegan = performance.now();
  phase = { phase: name, sent: 0, ok: 0, failed: 0, achievedRate: 0, seconds: 0, byKind: {}, failedOn: { new: 0, kept: 0 }, releases: {}, apps: {}, instances: {}, failedRequests: [], posted: [], failures: [], slowestMs: 0 };
  results.push(phase);
}

function end() {
  if (phase === null) return;
  phase.seconds = (performance.now() - phaseBegan) / 1000;
  phase.achievedRate = phase.sent / phase.seconds;
}

/** Kinds in turn: GET, POST × kept and new connections; every `slowEvery`th asks for the slow answer. */
function send(into: PhaseResult) {
  const number = count++;
  const method = number % 2 === 0 ? "GET" : "POST";
  const fresh = number % 4 >= 2;
  // One of each `slowEvery`; the offset walks so that every kind gets its slow ones.
  const isSlow = number % plan.slowEvery === Math.floor(number / plan.slowEvery) % 4;
  const body = method === "POST" ? `request ${number}` : undefined;
  const path = isSlow ? plan.slowPath : method === "POST" ? plan.echoPath : plan.path;
  const kind = `${method} ${fresh ? "new" : "kept"}${isSlow ? " slow" : ""}`;
  const began = performance.now();
  into.sent++;
  into.byKind[kind] = (into.byKind[kind] ?? 0) + 1;
  open++;
  let settled = false;
  const settle = (problem: string | null, answer?: { status: number; retryAfter: string | null }) => {
    if (settled) return;
    settled = true;
    open--;
    const took = performance.now() - began;
    into.slowestMs = Math.max(into.slowestMs, Math.round(took));
    if (problem === null) {
      into.ok++;
      if (method === "POST") into.posted.push(String(number));
      return;
    }
    into.failed++;
    into.failedOn[call.reusedSocket ? "kept" : "new"]++;
    const now = Date.now();
    into.failedRequests.push({ id: String(number), method, began: now - took, failed: now, status: answer?.status ?? null, retryAfter: answer?.retryAfter ?? null });
    if (into.failures.length < 20) into.failures.push(`${new Date().toISOString()} ${kind} (${number}) after ${Math.round(took)} ms: ${problem}`);
  };
  const call = request({
    host: plan.address,
    port: plan.port,
    method,
    path,
    agent: fresh ? false : kept,
    headers: {
      host: plan.hostname,
      [REQUEST_HEADER]: String(number),
      ...(fresh ? { connection: "close" } : {}),
      ...(body === undefined ? {} : { "content-type": "text/plain", "content-length": Buffer.byteLength(body) }),
    },
    timeout: plan.timeoutSeconds * 1000,
  });
  call.on("timeout", () => call.destroy(new Error(`no answer within ${plan.timeoutSeconds} s`)));
  call.on("error", (error: NodeJS.ErrnoException) => settle(`${error.code ?? ""} ${error.message}`));
  call.on("response", (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (part: string) => (text += part));
    response.on("error", (error) => settle(error.message));
    response.on("aborted", () => settle("the answer broke off"));
    response.on("end", () => {
      for (const [seen, header] of [[into.releases, RELEASE_HEADER], [into.apps, APP_HEADER], [into.instances, INSTANCE_HEADER]] as const) {
        const name = response.headers[header];
        if (typeof name === "string") seen[name] = (seen[name] ?? 0) + 1;
      }
      if (response.statusCode !== 200) return settle(`status ${response.statusCode}: ${text.slice(0, 80)}`, { status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"] ?? null });
      if (body !== undefined && !isSlow && !text.includes(body)) return settle(`the echo is another: ${text.slice(0, 80)}`);
      settle(null);
    });
  });
  call.end(body);
}

function tick() {
  if (phase === null) return;
  const now = performance.now();
  for (; next <= now; next += 1000 / plan.rate) send(phase);
}

const report = (message: LoadReport) => process.send?.(message);

process.on("message", (command: LoadCommand) => {
  if (command.type === "phase") {
    if (phase === null) next = performance.now();
    begin(command.name);
    report({ type: "phase", name: command.name });
    return;
  }
  end();
  phase = null;
  const finished = setInterval(() => {
    if (open > 0) return;
    clearInterval(finished);
    kept.destroy();
    clearInterval(ticking);
    // A long one is written in parts: whoever hangs up before takes the rest of it along.
    process.send?.({ type: "done", results } satisfies LoadReport, () => process.disconnect());
  }, 20);
});
// Without its parent it has nothing to do.
process.on("disconnect", () => process.exit(0));
const ticking = setInterval(tick, 2);
report({ type: "ready" });
