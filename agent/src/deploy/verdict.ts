import { goodStatuses, type HealthOf } from "../../contract/index.ts";
import { fail, type Failure } from "../../contract/problem.ts";
import { inspectContainer } from "../docker/container.ts";
import type { CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
import { accepts, dialectOf, type Upstream } from "./dialect.ts";
import type { Seen } from "./seen.ts";
import { checkSeconds } from "./watch.ts";
import { elsewhere, socketsOf, type Elsewhere } from "./sockets.ts";

export type Tried = Pick<CheckRequest, "service" | "release" | "launched"> & {
  upstream: Upstream;
  health: HealthOf<"http" | "tcp">;
  /** What was seen last; never "good". */
  last: Seen;
  /** So often it was good and then not any more. */
  falls: number;
};

/** Why an app that ran all the time was not ready in its time: the app's own fault by name, told only as far as it can be seen. */
export async function verdict(deps: DeployDeps, tried: Tried, signal: AbortSignal): Promise<Failure> {
  const { last, falls, health } = tried;
  const common = { service: tried.service.name, port: tried.upstream.port, seconds: checkSeconds(tried.release.config), path: (health.by === "http" ? health.path : null) ?? "/" };
  if (last.state === "caddy") return fail("CADDY_UNAVAILABLE", { why: last.why });
  if (falls > 0 && health.by === "http") return fail("APP_UNSTEADY", { ...common, times: falls });
  switch (last.state) {
    case "bad-status":
      return fail("HEALTH_CHECK_FAILED", { ...common, answer: last.answer, wanted: goodStatuses(health.by === "http" ? health : { path: null, statuses: null }) });
    case "circle":
      return fail("APP_REDIRECTS_IN_CIRCLES", { ...common, via: last.via });
    case "large-headers":
      return fail("APP_HEADERS_TOO_LARGE", { ...common, limit: "1 MB" });
    case "silent":
    case "closed":
    case "strange":
      return notHttp(tried, last, common, signal);
    default:
      return notThere(deps, tried, common, signal);
  }
}

type Common = { service: string; port: number; seconds: number; path: string };

/** It accepts connections; what else does it speak? */
async function notHttp({ upstream }: Tried, last: Seen, common: Common, signal: AbortSignal): Promise<Failure> {
  const dialect = await dialectOf(upstream, signal);
  if (dialect === "tls") return fail("APP_SPEAKS_TLS", common);
  if (dialect === "http2") return fail("APP_SPEAKS_HTTP2_ONLY", common);
  if (last.state === "strange") return fail("APP_NOT_HTTP", { ...common, said: last.said });
  return last.state === "closed" ? fail("APP_CLOSES_CONNECTIONS", common) : fail("APP_SILENT", common);
}

/** It accepts no connections where it is asked; where does it listen? */
async function notThere({ docker }: DeployDeps, { launched, upstream, last }: Tried, common: Common, signal: AbortSignal): Promise<Failure> {
  const facts = await inspectContainer(docker, launched.containerId).catch(() => null);
  const sockets = facts === null ? null : await socketsOf(launched.containerId, facts.pid);
  const found = sockets === null ? null : elsewhere(sockets, upstream);
  // It may have come up while we looked, which is too late and no other fault.
  if (found === null || (await accepts(upstream, signal))) return fail("APP_NOT_LISTENING", common);
  return whereItListens(found, last, common);
}

function whereItListens(found: Elsewhere, last: Seen, common: Common): Failure {
  switch (found.at) {
    case "loopback":
      return fail("APP_LISTENS_ON_LOOPBACK", { ...common, address: found.address.includes(":") ? `[${found.address}]` : found.address });
    case "ipv6":
      return fail("APP_LISTENS_ON_IPV6_ONLY", common);
    case "other":
      return fail("APP_LISTENS_ON_OTHER_PORT", { ...common, found: found.found });
    case "udp":
      return fail("APP_LISTENS_ON_UDP_ONLY", common);
    case "right":
      // It listens and takes nobody: the queue before it is full.
      return last.state === "away" && !last.refused ? fail("APP_SILENT", common) : fail("APP_NOT_LISTENING", common);
  }
}
