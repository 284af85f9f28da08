import { expect, test, vi } from "vitest";
import { ACTS, errorSteps, errorTable, shapes, type ErrorCode, type Problem } from "@aeroplane/agent/contract";
import type { Context } from "./action.ts";

vi.mock("../link.ts", () => ({ client: {}, electron: undefined, inElectron: false, linkState: { subscribe: () => () => {}, get: () => "open" } }));
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
vi.stubGlobal("location", { hash: "", origin: "http://a.test", pathname: "/" });
const { offersFor, stepActs } = await import("./steps.ts");
const { action } = await import("./index.ts");

const values = { path: "/var/lib/a", port: 80, login: "ann", config: "/etc/ssh/sshd_config", command: "agent new-key", commands: "apt-get install git", address: "a.test" };
const problemOf = (code: string): Problem => ({ code, message: "", next: "", retry: false, values });

/** Whatever the window may look at while an error of that code is shown. */
function places(problem: Problem): Context[] {
  const server = { id: "s", name: "a", kind: "ssh", login: { user: "root" }, tags: [], connection: { state: "ready" }, notice: null, hello: { me: { role: "owner" }, role: "owner" }, lastSeenAt: 1 };
  const service = { id: "w", name: "web", traits: shapes.web, state: "live", liveRelease: { id: "r" }, config: { source: { type: "image" } } };
  const environment = { id: "e", name: "production" };
  const whole = { view: { section: "projects", projectTab: "services" }, servers: [server], server, project: { id: "p", name: "shop", environments: [environment, { id: "f", name: "staging" }] }, environment, services: [service], service };
  return [
    whole,
    { ...whole, server: { ...server, connection: { state: "failed", problem } } },
    { ...whole, server: { ...server, notice: problem } },
    { ...whole, service: { ...service, state: "stopped" } },
  ] as unknown as Context[];
}

test("every act that an error names has its button where that error can be shown", () => {
  const missing = (Object.keys(errorTable) as ErrorCode[]).flatMap((code) => {
    const seen = new Set(places(problemOf(code)).flatMap((context) => offersFor(problemOf(code), context).flatMap((offer) => ("run" in offer ? [offer.word] : [offer.command]))));
    return errorSteps[code].flatMap((step) => {
      if ("command" in step) return seen.has(step.command.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key as keyof typeof values]))) ? [] : [`${code}: ${step.command}`];
      if (!("act" in step)) return [];
      const row = stepActs[step.act];
      return row === "own" || seen.has(row.word) || ("orElse" in row && row.orElse !== undefined && seen.has(row.orElse.word)) ? [] : [`${code}: ${step.act}`];
    });
  });
  expect(missing).toEqual([]);
});

test("an act is one of the window's own, and each that can be named is named", () => {
  const named = new Set(Object.values(errorSteps).flat().flatMap((step) => ("act" in step ? [step.act] : [])));
  expect(ACTS.filter((act) => !named.has(act))).toEqual([]);
  for (const row of Object.values(stepActs)) if (row !== "own" && "action" in row) for (const id of [row.action, ...(row.orElse ? [row.orElse.action] : [])]) expect(action(id).id).toBe(id);
});

test("of a code that this window does not know nothing is offered, nor what the place has itself, nor a command that would not be one", () => {
  const [place] = places(problemOf("OF_LATER"));
  expect(offersFor(problemOf("OF_LATER"), place!)).toEqual([]);
  expect(offersFor(problemOf("toString"), place!)).toEqual([]);
  expect(offersFor(problemOf("SERVER_OFFLINE"), places(problemOf("SERVER_OFFLINE"))[1]!, ["server.connect"])).toEqual([]);
  expect(offersFor({ ...problemOf("PORT_IN_USE"), values: { port: "80'; reboot; '" } }, place!)).toEqual([]);
  expect(offersFor({ ...problemOf("SERVER_LACKS"), values: { commands: "the Install button" } }, place!)).toEqual([]);
});

test("who may not clean up is offered a look at the server, by its own word", () => {
  const [place] = places(problemOf("DISK_LOW"));
  const words = (role: string, code = "DISK_LOW") => offersFor(problemOf(code), { ...place!, server: { ...place!.server!, hello: { me: { role } } } as never }).map((offer) => ("run" in offer ? offer.word : offer.command));
  expect([words("deployer"), words("viewer"), words("viewer", "BUILD_DISK_FULL")]).toEqual([["Clean up…"], ["Check the server"], ["Check the server"]]);
});
