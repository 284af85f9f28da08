import { join } from "node:path";
import { hostRoutes } from "./host-routes.ts";
import { adminSocket, httpListen, type ConfigPlace } from "./place.ts";
import { privateServer } from "./private.ts";
import { serve, serveErrors } from "./serve.ts";

/**
 * The whole config. It names no service, no hostname and no release: those are names of files, so it changes only with
 * the version of this program and is never loaded under load.
 */
export function deriveConfig(place: ConfigPlace) {
  const common = { automatic_https: { disable: true }, protocols: ["h1"], read_header_timeout: "1m" };
  return {
    admin: { listen: `unix/${adminSocket(place.dataDir)}|0600`, config: { persist: false } },
    logging: {
      logs: {
        default: {
          level: "WARN",
          writer: { output: "file", filename: join(place.dataDir, "caddy", "run", "caddy.log"), roll_size_mb: 5, roll_keep: 2 },
        },
      },
    },
    apps: {
      http: {
        grace_period: "5s",
        servers: {
          public: { ...common, listen: [httpListen], routes: hostRoutes(place, serve), errors: serveErrors },
          confirm: { ...common, ...privateServer(place) },
        },
      },
    },
  };
}
