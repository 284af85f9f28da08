import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRouterClient, os } from "@orpc/server";
import { RPCHandler } from "@orpc/server/node";
import { expect, onTestFinished, test } from "vitest";
import { createAgentClient } from "../../../src/desktop/agent/client.ts";
import { forwardAgent } from "../../../src/desktop/agent/forward.ts";
import { toWire } from "../../../src/desktop/rpc/errors.ts";
import { openSocket } from "../../../src/desktop/local/transport.ts";
import { answerOf, innerOf, places, procedures, words, type Schema } from "../../e2e/fixture/answers.ts";
import { made } from "../../e2e/fixture/made.ts";
import { createStranger, strangeRefusal, type Strangeness } from "../../e2e/fixture/strange.ts";

const schemaOf = (procedure: string) => answerOf(procedure.split("."))!;

/** An answer of every procedure, as strange as it can be. */
function answers(strangeness: Strangeness) {
  const stranger = createStranger(strangeness);
  const all = procedures.map((procedure) => [procedure, stranger.answered(made(schemaOf(procedure), { listed: true }), procedure.split("."))] as const);
  return { all: new Map(all), reached: stranger.reached };
}

test("no answer closes a set: each word of one is an open one", () => {
  const closed = (schema: Schema, at: string): string[] =>
    ["enum", "literal"].includes(schema._zod.def.type) || "discriminator" in schema._zod.def ? [at] : innerOf(schema).flatMap(([step, inner]) => closed(inner, at + step));
  expect(procedures.flatMap((procedure) => closed(schemaOf(procedure), procedure))).toEqual([]);
  expect([words.length > 25, places.length > 200, words.includes("projects.list [] name")]).toEqual([true, true, false]);
});

test("a strange agent is strange at every place, and says nothing that the contract does not admit", () => {
  for (const as of ["new", "long", "inherited"] as const) {
    const { all, reached } = answers({ as, optional: "put in" });
    expect(places.filter(({ at }) => !reached.has(at))).toEqual([]);
    expect([...all].filter(([procedure, answer]) => !schemaOf(procedure).safeParse(answer).success).map(([procedure]) => procedure)).toEqual([]);
  }
  const sparse = answers({ optional: "left out" });
  expect([...sparse.all].filter(([procedure, answer]) => !schemaOf(procedure).safeParse(answer).success).map(([procedure]) => procedure)).toEqual([]);
});

test("the desktop hands on untouched whatever an agent says, over its own connection to it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "strange-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { all } = answers({ optional: "put in" });
  const isStreamed = (procedure: string) => /\.(watch|logs?|output)$/.test(procedure);
  const router: Record<string, Record<string, unknown>> = {};
  for (const [procedure, answer] of all) {
    const [group, name] = procedure.split(".") as [string, string];
    (router[group] ??= {})[name] = os.handler(() => (isStreamed(procedure) ? (async function* () { yield answer; })() : answer) as never);
  }
  router.projects!.list = os.handler(() => Promise.reject(strangeRefusal()));
  const handler = new RPCHandler(router as never, { clientInterceptors: [({ next }) => next().catch((error: unknown) => Promise.reject(toWire(error)))] });
  const server = createServer((request, response) => void handler.handle(request, response, { prefix: "/rpc", context: {} }));
  server.listen(join(folder, "socket"));
  await once(server, "listening");
  const agent = createAgentClient(() => openSocket(join(folder, "socket")));
  onTestFinished(() => (agent.close(), server.closeAllConnections(), void server.close()));

  const client = createRouterClient(forwardAgent(() => ({ agent, name: "near" })) as never, { context: {} as never }) as never as Record<string, Record<string, (input: object) => Promise<unknown>>>;
  for (const [procedure, answer] of all) {
    const [group, name] = procedure.split(".") as [string, string];
    if (procedure === "projects.list") continue;
    const told = await client[group]![name]!({});
    expect([procedure, isStreamed(procedure) ? (await (told as AsyncIterator<unknown>).next()).value : told]).toEqual([procedure, answer]);
  }
  const refused = await client.projects!.list!({}).then(() => null, (error: { code: string; data: unknown }) => [error.code, error.data]);
  expect(refused).toEqual(["OF_LATER", strangeRefusal().data]);
});
