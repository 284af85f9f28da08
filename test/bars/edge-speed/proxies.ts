// What Aeroplane's Caddy is compared with: programs of their own in front of the same app.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GOGC } from "../../../agent/src/caddy/keeper/launcher.ts";
import { adminSocket, HTTP_VARIABLE } from "../../../agent/src/caddy/place.ts";
import { socketRequest } from "../../../agent/src/caddy/socket-request.ts";
import { freePort } from "../../world/git/server.ts";
import { run } from "../../world/command.ts";
import { startChild, untilListening } from "../edge/child.ts";
import type { Edge } from "../edge/edge.ts";
import type { BarContext } from "../frame.ts";

export type Proxy = { port: number; pid: number; end: () => Promise<void> };

export const INSTANCES = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];

const base = { admin: { disabled: true }, logging: { logs: { default: { level: "ERROR" } } } };

/** The app of all of them: a few bytes that name the instance, as fast as an app can be. */
export async function startApp(context: BarContext, edge: Edge): Promise<{ port: number }> {
  const port = await freePort("127.0.0.1");
  const servers = { app: { listen: INSTANCES.map((address) => `${address}:${port}`), protocols: ["h1"], automatic_https: { disable: true }, routes: [{ handle: [{ handler: "static_response", body: "{http.request.local.host}\n" }] }] } };
  await startCaddy(context, edge, "app", { ...base, apps: { http: { servers } } }, port);
  return { port };
}

/** A `host` matcher, fixed upstreams, the transport of ours, and Caddy's own defaults otherwise. */
export async function startBare(context: BarContext, edge: Edge, hostname: string, instances: number, appPort: number): Promise<Proxy> {
  const port = await freePort("127.0.0.1");
  const proxy = {
    handler: "reverse_proxy",
    upstreams: INSTANCES.slice(0, instances).map((address) => ({ dial: `${address}:${appPort}` })),
    transport: { protocol: "http", compression: false },
    ...(instances > 1 ? { load_balancing: { selection_policy: { policy: "round_robin" } } } : {}),
  };
  const servers = { bare: { listen: [`127.0.0.1:${port}`], protocols: ["h1"], automatic_https: { disable: true }, routes: [{ match: [{ host: [hostname] }], handle: [proxy], terminal: true }] } };
  return startCaddy(context, edge, `bare-${port}`, { ...base, apps: { http: { servers } } }, port);
}

/** Ours as it runs now, over the same route files, but for the header that names the release. */
export async function startWithoutHeader(context: BarContext, edge: Edge): Promise<Proxy> {
  const answer = await socketRequest({ socket: adminSocket(edge.dataDir), path: "/config/", headers: { host: "localhost" }, seconds: 20 });
  const config = withoutHeader(JSON.parse(answer.body)) as { apps: { http: { servers: Record<string, unknown> } }; logging: { logs: { default: Record<string, unknown> } } };
  const port = await freePort("127.0.0.1");
  const { public: visitors } = config.apps.http.servers;
  const { writer: _, ...log } = config.logging.logs.default;
  const own = { ...base, logging: { logs: { default: log } }, apps: { http: { ...config.apps.http, servers: { public: visitors } } } };
  return startCaddy(context, edge, `without-${port}`, own, port, { [HTTP_VARIABLE]: `127.0.0.1:${port}`, GOGC });
}

function withoutHeader(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHeader);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([key]) => !(key === "headers" && "handler" in value && value.handler === "reverse_proxy"));
  return Object.fromEntries(fields.map(([key, part]) => [key, withoutHeader(part)]));
}

async function startCaddy(context: BarContext, edge: Edge, name: string, config: object, port: number, more: Record<string, string> = {}): Promise<Proxy> {
  const path = join(edge.folder, `${name}.json`);
  await writeFile(path, JSON.stringify(config));
  const env = { PATH: process.env["PATH"] ?? "", HOME: edge.folder, XDG_DATA_HOME: edge.folder, XDG_CONFIG_HOME: edge.folder, ...more };
  const child = startChild(context, [edge.bin, "run", "--config", path], env);
  await untilListening(port, context.signal);
  return { ...child, port };
}

/** kamal-proxy where KAMAL_PROXY_BIN names one; null: nobody has built it here. */
export async function startKamal(context: BarContext, edge: Edge, hostname: string, instances: number, appPort: number): Promise<Proxy | null> {
  const bin = process.env["KAMAL_PROXY_BIN"];
  if (bin === undefined) return null;
  const [port, tls] = [await freePort("127.0.0.1"), await freePort("127.0.0.1")];
  const env = { PATH: process.env["PATH"] ?? "", HOME: edge.folder, XDG_RUNTIME_DIR: edge.folder, XDG_CONFIG_HOME: edge.folder };
  const child = startChild(context, [bin, "run", "--http-port", String(port), "--https-port", String(tls)], env);
  await untilListening(port, context.signal);
  const targets = INSTANCES.slice(0, instances).map((address) => `${address}:${appPort}`).join(",");
  await run([bin, "deploy", "measured", "--target", targets, "--host", hostname], { env, signal: context.signal });
  return { ...child, port };
}
