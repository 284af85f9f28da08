// What stands behind the edge: apps that tell what they were asked, and a site. Some of their names are known at Caddy's start.
import { createServer } from "node:http";
import { mkdir, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Route } from "../../../agent/src/caddy/index.ts";
import type { Edge } from "../edge/edge.ts";
import type { BarContext } from "../frame.ts";

/** Every app says so before it tells the rest, so that no other page can be taken for one. */
export const MARK = "echo-of-a-bar";
export type Echo = { mark: typeof MARK; service: string; method: string; url: string; fields: [string, string][] };

const LONG = `${"x".repeat(60)}.${"y".repeat(60)}.${"z".repeat(60)}.long.test`;

export type Standing = { routes: Route[]; services: Map<string, string>; releases: Map<string, string> };

export async function standServices(context: BarContext, edge: Edge): Promise<Standing> {
  const known = [await app(context, "known", ["a.test", "xn--bcher-kva.test"]), await site(edge, "shop", ["site.test"])];
  const later = [await app(context, "later", ["b1.test", LONG])];
  await edge.known(known);
  const routes = [...known, ...later];
  await edge.caddy.sync(routes);
  return {
    routes,
    services: new Map(routes.flatMap(({ serviceId, hostnames }) => hostnames.map((hostname) => [hostname, serviceId] as const))),
    releases: new Map(routes.map(({ serviceId, target }) => [serviceId, target !== null && "releaseId" in target ? target.releaseId : ""])),
  };
}

export async function app(context: BarContext, service: string, hostnames: string[]): Promise<Route> {
  const server = createServer({ maxHeaderSize: 2_000_000 }, (request, response) => {
    const { rawHeaders: raw, method = "", url = "" } = request;
    const fields = Array.from({ length: raw.length / 2 }, (_, at): [string, string] => [raw[2 * at]!, raw[2 * at + 1]!]);
    // A lie about itself, as an app could tell it.
    response.writeHead(200, { "content-type": "application/json", "x-aeroplane-release": "a-lie" }).end(JSON.stringify({ mark: MARK, service, method, url, fields } satisfies Echo));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.cleanup(() => server.closeAllConnections());
  context.cleanup(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { serviceId: service, hostnames, target: { type: "app", addresses: ["127.0.0.1"], port, releaseId: `release-of-${service}` } };
}

async function site(edge: Edge, service: string, hostnames: string[]): Promise<Route> {
  const releaseId = `release-of-${service}`;
  const root = join(edge.dataDir, "sites", service, releaseId);
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "index.html"), `${MARK} ${service}`);
  await writeFile(join(root, "404.html"), `${MARK} ${service}`);
  return { serviceId: service, hostnames, target: { type: "site", serviceId: service, releaseId } };
}
