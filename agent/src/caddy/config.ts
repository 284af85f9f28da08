import { join } from "node:path";
import { hostRoutes } from "./host-routes.ts";
import { adminSocket, httpListen, type ConfigPlace } from "./place.ts";
import { privateServer } from "./private.ts";
import { serve, serveErrors } from "./serve.ts";

/**
 * The whole config. Of what changes it names only the hostnames that stood when Caddy started: where they lead are contents
 * and names of files, so it is never loaded under load.
 */
export function deriveConfig(place: ConfigPlace) {
  const common = {
    automatic_https: { disable: true },
    protocols: ["h1"],
    read_header_timeout: "1m",
    // As large as Go lets them be by itself; later versions of Caddy would take 16 KiB.
    max_header_bytes: 1_048_576,
    // A quiet stream or a slow upload is an app's own affair.
    ...(place.endsQuiet ? { read_idle_timeout: -1, write_idle_timeout: -1 } : {}),
  };
  return {
    admin: { listen: `unix/${adminSocket(place.dataDir)}|0600`, config: { persist: false } },
    logging: {
      logs: {
        default: {
          level: "WARN",
          // It puts every request into words before it knows whether anybody reads them, a twentieth of what one costs; that no app was reached the server tells, too.
          exclude: ["http.handlers.reverse_proxy"],
          writer: { output: "file", filename: join(place.dataDir, "caddy", "run", "caddy.log"), roll_size_mb: 5, roll_keep: 2 },
        },
      },
    },
    apps: {
      http: {
        grace_period: "5s",
        servers: {
          public: { ...common, ...believing(place.trusted), listen: [httpListen], routes: hostRoutes(place, serve(place)), errors: serveErrors },
          confirm: { ...common, ...privateServer(place) },
        },
      },
    },
  };
}

/** From the nearest proxy on, so that what a visitor has put before the first of them counts for nothing. */
const believing = (ranges: readonly string[]) => (ranges.length === 0 ? {} : { trusted_proxies: { source: "static", ranges }, trusted_proxies_strict: 1 });

/** The hostnames that stand in a config, as Caddy tells it. */
export function knownIn(config: unknown): string[] {
  const routes = (config as { apps?: { http?: { servers?: { public?: { routes?: Route[] } } } } } | null)?.apps?.http?.servers?.public?.routes;
  const first = routes?.[0]?.handle?.[0];
  return first?.handler === "map" ? (first.mappings ?? []).flatMap(({ input }) => (input === undefined ? [] : [input])) : [];
}

type Route = { handle?: { handler?: string; mappings?: { input?: string }[] }[] };
