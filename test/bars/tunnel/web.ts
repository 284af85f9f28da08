// What the web host answers to whoever is not its own page.
import { request } from "node:http";
import { join } from "node:path";
import { WebSocket } from "ws";
import { createWebHost } from "../../../src/web/host.ts";
import type { Desk } from "./desk.ts";

export async function foreignVisitors({ desktop, home }: Desk): Promise<Record<string, string | number>> {
  const host = await createWebHost({ router: desktop.router, handler: desktop.handler, folder: join(home, "none") });
  const own = { host: `127.0.0.1:${host.port}`, origin: `http://127.0.0.1:${host.port}` };
  const token = `aeroplane.${host.token}`;
  try {
    return {
      "page, foreign Host": await page(host.port, { host: "evil.test" }),
      "page, foreign Origin": await page(host.port, { ...own, origin: "http://evil.test" }),
      "socket, foreign Host": await open(host.port, ["aeroplane", token], { ...own, host: "evil.test" }),
      "socket, foreign Origin": await open(host.port, ["aeroplane", token], { ...own, origin: "http://evil.test" }),
      "socket, no token": await open(host.port, ["aeroplane"], own),
      "socket, wrong token": await open(host.port, ["aeroplane", `aeroplane.${"A".repeat(host.token.length)}`], own),
      "socket, own page with the token": await open(host.port, ["aeroplane", token], own),
    };
  } finally {
    await host.close();
  }
}

function page(port: number, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, headers }, (answer) => (answer.resume(), resolve(answer.statusCode!))).on("error", reject).end();
  });
}

function open(port: number, protocols: string[], { host, origin }: { host: string; origin: string }): Promise<string | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, protocols, { origin, headers: { host } });
    socket.on("open", () => (socket.terminate(), resolve("opened")));
    socket.on("unexpected-response", (_request, answer) => (socket.terminate(), resolve(answer.statusCode!)));
    socket.on("error", () => {});
  });
}
