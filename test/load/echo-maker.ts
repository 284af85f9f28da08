// A WebSocket client in a process of its own: sends every so often and notes when the echo comes.
import { WebSocket } from "ws";
import type { EchoPlan, EchoReport, EchoResult } from "./plan.ts";

const plan = JSON.parse(process.argv[2] ?? "") as EchoPlan;
const result: EchoResult = { sent: 0, echoed: 0, largestGapMs: 0, closed: null };
const socket = new WebSocket(`ws://${plan.address}:${plan.port}/echo`, { headers: { host: plan.hostname } });
const LAST_ECHO_MS = 30_000;
let last = 0;
let finishing = false;

const report = (message: EchoReport) => process.send?.(message);

socket.on("open", () => {
  last = performance.now();
  const sending = setInterval(() => {
    if (finishing || result.closed !== null) return clearInterval(sending);
    socket.send(String(result.sent++));
  }, plan.everyMs);
  report({ type: "ready" });
});
socket.on("message", (data: Buffer) => {
  const now = performance.now();
  result.largestGapMs = Math.max(result.largestGapMs, Math.round(now - last));
  last = now;
  if (data.toString() === String(result.echoed)) result.echoed++;
  else result.closed ??= `an echo is missing: ${data.toString()} instead of ${result.echoed}`;
});
const lost = (why: string) => {
  if (!finishing) result.closed ??= why;
};
socket.on("close", (code, reason) => lost(`closed with ${code} ${reason.toString()}`));
socket.on("error", (error) => lost(error.message));

process.on("message", () => {
  finishing = true;
  const asked = performance.now();
  // The last echo is on its way, on a busy machine for a while.
  const waiting = setInterval(() => {
    const owed = result.sent - result.echoed;
    if (result.closed === null && owed > 0 && performance.now() - asked < LAST_ECHO_MS) return;
    clearInterval(waiting);
    if (owed > 0) result.closed ??= `${owed} echoes never came`;
    report({ type: "done", result });
    socket.terminate();
    process.disconnect();
  }, 20);
});
process.on("disconnect", () => process.exit(0));
