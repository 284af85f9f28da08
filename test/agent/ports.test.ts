import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installAgent, type ServerAgent } from "../bars/server-agent.ts";
import { raiseWorld, type World } from "../world/raise.ts";
import type { Server } from "../world/server.ts";
import { until } from "../world/wait.ts";

// Port 80 of a real server with systemd outlives Caddy and the agent, and servers that were prepared before come to it unharmed.
const possible = process.getuid?.() === 0;
const story = test.skipIf(!possible);
const CADDY = "/var/lib/aeroplane/caddy";
const SOCKET = "aeroplane-http.socket";

let world: World;
let server: Server;
let agent: ServerAgent;

beforeAll(async () => {
  if (!possible) return;
  world = await raiseWorld();
  server = await world.server("ready");
  agent = await installAgent(server, new AbortController().signal);
  await until("Caddy", async () => (await visit()) === "404", { within: 120_000 });
});
afterAll(() => world?.stop());

/** One new connection: the status that it was answered with, or how it failed. */
function visit(): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host: server.address, port: 80 }, () => socket.write("GET / HTTP/1.1\r\nHost: nobody.test\r\nConnection: close\r\n\r\n"));
    socket.setTimeout(90_000, () => socket.destroy(Object.assign(new Error(), { code: "ETIMEDOUT" })));
    socket.on("data", (part: Buffer) => (text += part.toString()));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    socket.on("close", () => resolve(text.split(" ")[1] ?? "closed"));
  });
}

/** A hundred visitors a second while something is done to the server; how many came, and what became of those who were not answered. */
async function amongVisitors(act: () => Promise<unknown>): Promise<{ came: number; failed: string[] }> {
  let over = false;
  const visits: Promise<string>[] = [];
  const coming = (async () => {
    for (; !over; await sleep(10)) visits.push(visit());
  })();
  await sleep(300);
  await act();
  await sleep(1500);
  over = true;
  await coming;
  const answers = await Promise.all(visits);
  return { came: visits.length, failed: answers.filter((answer) => answer !== "404") };
}

const state = async () => (await server.exec(["systemctl", "show", "--property=ActiveState,UnitFileState", "--value", SOCKET])).trim().split("\n").sort();
const started = async () => (await server.exec(["cat", `${CADDY}/started`])).split("\n").slice(2, 3)[0];
const caddyPid = async () => (await server.exec(["systemctl", "show", "--property=MainPID", "--value", "aeroplane-caddy.service"])).trim();
const check = async (id: string) => {
  // A machine that gave a look no time says nothing of the port: it is asked again.
  const found = await until(`an answer of ${id}`, async () => {
    const one = (await agent.client.doctor.check({ desktopTime: Date.now() })).checks.find((each) => each.id === id);
    return one?.problem?.code !== "CHECK_TIMED_OUT" && one;
  }, { within: 120_000 });
  return `${found.state} ${found.problem?.code ?? "-"} ${found.fix?.id ?? "-"}`;
};
const inOrder = () => until("the port in order", async () => (await started()) === "fd/3" && (await state()).join() === "active,enabled" && (await visit()) === "404", { within: 120_000 });

/** As an older app prepared it: Caddy has its port by itself, and no unit keeps it. */
async function asItWas(): Promise<void> {
  const launcher = await server.exec(["cat", `${CADDY}/launch`]);
  const run = launcher.split("\n").find((line) => line.startsWith("exec "))!;
  const old = `#!/bin/sh\n${run.replace(/AEROPLANE_HTTP=\S+ /, "").replaceAll("$caps", "-all,+net_bind_service")}\n`;
  const config = (await server.exec(["cat", `${CADDY}/config.json`])).replace("{env.AEROPLANE_HTTP}", "0.0.0.0:80");
  await server.exec(["systemctl", "stop", "aeroplane-agent.service", SOCKET, "aeroplane-caddy.service"]);
  await server.exec(["systemctl", "disable", "--quiet", SOCKET]);
  await server.exec(["rm", "-f", `/etc/systemd/system/${SOCKET}`, `${CADDY}/started`]);
  await server.exec(["systemctl", "daemon-reload"]);
  await server.exec(["tee", `${CADDY}/launch`], { input: old });
  await server.exec(["tee", `${CADDY}/config.json`], { input: config });
  await server.exec(["systemctl", "start", "aeroplane-caddy.service"]);
  await until("the Caddy of before", async () => (await visit()) === "404", { within: 120_000 });
}

story("a unit of systemd has the port, and Caddy no right any more", async () => {
  expect(await state()).toEqual(["active", "enabled"]);
  expect(await started()).toBe("fd/3");
  const rights = await server.exec(["grep", "^Cap", `/proc/${await caddyPid()}/status`]);
  expect(rights.replaceAll(/^Cap\w+:\s*0+$/gm, "").trim()).toBe("");
  expect([await check(`unit.${SOCKET}`), await check("port.kept"), await check("port.http")]).toEqual(["ok - -", "ok - -", "ok - -"]);
});

story("visitors wait for a Caddy that was killed, and for one that does not run", async () => {
  await server.exec(["kill", "-KILL", await caddyPid()]);
  expect(await visit()).toBe("404");
  await server.exec(["systemctl", "stop", "aeroplane-caddy.service"]);
  expect(await visit()).toBe("404");
});

story("visitors who come while somebody restarts the unit wait for a second at most", async () => {
  const { came, failed } = await amongVisitors(async () => {
    for (let times = 0; times < 3; times += 1) {
      await server.exec(["systemctl", "restart", "aeroplane-caddy.service"]);
      await sleep(1500);
    }
  });
  expect(failed).toEqual([]);
  expect(came).toBeGreaterThan(100);
  expect(await server.exec(["nft", "list", "tables"])).not.toContain("aeroplane_stop");
});

story("a server that was prepared before comes to it at the agent's next start, and no visitor fails", async () => {
  await asItWas();
  const { came, failed } = await amongVisitors(async () => {
    await server.exec(["systemctl", "start", "aeroplane-agent.service"]);
    await inOrder();
  });
  expect(failed).toEqual([]);
  expect(came).toBeGreaterThan(100);
});

story("killed between any two steps of that it ends in order", async () => {
  for (const milliseconds of [300, 500, 700, 1000]) {
    await asItWas();
    await server.exec(["systemctl", "start", "aeroplane-agent.service"]);
    await sleep(milliseconds);
    await server.exec(["systemctl", "kill", "--signal=KILL", "aeroplane-agent.service"]);
    await inOrder();
  }
});

story("a unit that somebody stopped and switched off is told, and mended by a click without a failed visitor", async () => {
  await server.exec(["systemctl", "stop", SOCKET]);
  await server.exec(["systemctl", "disable", "--quiet", SOCKET]);
  // The agent has looked already: it is a new one that tells.
  await server.exec(["systemctl", "restart", "aeroplane-agent.service"]);
  await inOrder();
  await server.exec(["systemctl", "disable", "--quiet", SOCKET]);
  expect(await check(`unit.${SOCKET}`)).toBe("warn UNIT_NOT_ENABLED caddy.port");
  await server.exec(["systemctl", "stop", SOCKET]);
  expect(await check(`unit.${SOCKET}`)).toBe("fail UNIT_FAILED caddy.port");
  const { failed } = await amongVisitors(() => agent.client.doctor.fix({ id: "caddy.port" }));
  expect(failed).toEqual([]);
  expect([await check(`unit.${SOCKET}`), await check("port.kept")]).toEqual(["ok - -", "ok - -"]);
});

story("after a reboot the port is there before anything else of ours", async () => {
  await server.reboot();
  await inOrder();
});
