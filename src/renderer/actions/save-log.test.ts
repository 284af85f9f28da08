import { expect, test, vi } from "vitest";
import type { LogOf, Server } from "../../contract/index.ts";

const going = vi.hoisted(() => new Map<string, AbortSignal>());
vi.mock("../data/transfers.ts", () => ({
  downloadLog: (_server: Server, log: LogOf, signal: AbortSignal) =>
    new Promise((_, reject) => {
      going.set(JSON.stringify(log), signal);
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
}));
vi.mock("./perform.ts", () => ({ perform: (_title: string, _about: object, act: () => Promise<unknown>) => void act() }));
const { saveLog, stopSaving } = await import("./save-log.ts");

const server = { id: "fra" } as Server;
const web = { type: "service", id: "web", environmentId: "production" } as const;
const found = (text: string): LogOf => ({ ...web, filter: { text } });
const aborted = () => [...going.values()].map((signal) => signal.aborted);

test("what is found is cancelled by its button also when something else is looked for by now, and the whole log goes on", () => {
  saveLog("Whole", server, web);
  saveLog("Found", server, found("slow"));
  saveLog("Found elsewhere", server, { ...found("slow"), id: "api" } as LogOf);
  stopSaving(server, found("slow query"));
  expect(aborted()).toEqual([false, true, false]);
  stopSaving(server, web);
  expect(aborted()).toEqual([true, true, false]);
});
