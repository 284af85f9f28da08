import { RPCHandler } from "@orpc/server/message-port";
import { createORPCClient } from "@orpc/client";
import { os } from "@orpc/server";
import { setTimeout as sleep } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { PORT_MESSAGE, SERVICES_MESSAGE } from "../../contract/index.ts";
import { portLink } from "./port.ts";

type Client = { who(): Promise<string>; never(): Promise<string>; count(): Promise<AsyncIterable<number>> };

/** A page's window to which a host speaks, and services that come and go. */
function stage() {
  const page = new EventTarget() as EventTarget & Pick<Window, "addEventListener">;
  const states: string[] = [];
  const say = (data: unknown, ports: unknown[] = [], source: unknown = page) => page.dispatchEvent(Object.assign(new Event("message"), { data, ports, source }));
  const client = createORPCClient<Client>(portLink({ window: page, headers: () => ({}), become: (state, why) => states.push(why ? `${state}: ${why}` : state) }));
  function serve(name: string) {
    const { port1, port2 } = new MessageChannel();
    const router = {
      who: os.handler(() => name),
      never: os.handler(() => new Promise<string>(() => {})),
      count: os.handler(async function* () {
        for (let at = 0; ; at += 1) {
          yield at;
          await sleep(5);
        }
      }),
    };
    new RPCHandler(router).upgrade(port1 as never);
    port1.start();
    say(PORT_MESSAGE, [port2]);
    return port1;
  }
  return { client, states, say, serve };
}
const told = (act: Promise<unknown>) => act.then(() => "answered", () => "refused");

test("calls wait for a port, and go on over the next one", async () => {
  const { client, states, say, serve } = stage();
  const early = client.who();
  serve("first");
  expect([await early, states]).toEqual(["first", ["open"]]);
  say({ type: SERVICES_MESSAGE, state: "starting" });
  const between = client.who();
  serve("second");
  say({ type: SERVICES_MESSAGE, state: "running" });
  expect([await between, await client.who(), states]).toEqual(["second", "second", ["open", "opening", "open"]]);
});

test("what was on its way when the services died is refused, a stream ends: by the host's word or by the port's own end", async () => {
  for (const die of ["word", "port"] as const) {
    const { client, states, say, serve } = stage();
    const port = serve("first");
    const waiting = told(client.never());
    const end = { word: () => void say({ type: SERVICES_MESSAGE, state: "starting" }), port: () => port.close() };
    const counting = told(
      (async () => {
        for await (const at of await client.count()) if (at === 3) end[die]();
        throw new Error("over");
      })(),
    );
    expect([await waiting, await counting]).toEqual(["refused", "refused"]);
    serve("second");
    expect([await client.who(), states]).toEqual(["second", ["open", "opening", "open"]]);
  }
});

test("after too many deaths it says so with their words; nobody else's message is listened to", async () => {
  const { client, states, say, serve } = stage();
  say({ type: SERVICES_MESSAGE, state: "stopped", why: "no disk" }, [], {});
  serve("first");
  say({ type: SERVICES_MESSAGE, state: "stopped", why: "no disk" });
  expect(states).toEqual(["open", "stopped: no disk"]);
  serve("second");
  expect(await client.who()).toBe("second");
});
