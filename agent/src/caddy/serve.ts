import { join } from "node:path";
import { BEFORE, TARGET } from "./host-routes.ts";
import { pages } from "./pages.ts";
import { HOLD_SECONDS, RELEASE_HEADER, SLOT_ADDRESSES, SLOT_RELEASE, slotFolder, SLOTS, type ConfigPlace } from "./place.ts";
import { site, siteErrors } from "./site-routes.ts";
import { MOST_ADDRESSES } from "./target.ts";

/** A crash is answered within 2 s: so long is tried anew, and a last try may begin at its end. */
const TRY_DURATION = "1.4s";
/** A dead container's address is silent and not refusing: a third of the time that is tried lets two others be asked. */
const DIAL_TIMEOUT = "450ms";
/** To one address, for a second; with Caddy's own 32, more visitors than that at once would have it dial anew and anew. */
const IDLE_CONNECTIONS = 512;
/** How long a request of a held service may miss the app that has come; what trying costs, decision 0026 has in a table. */
const HOLD_TRY_INTERVAL = "1s";
/**
 * So long an app may take to ask for a body whose visitor waits for that; an app that knows nothing of it gets it then. With
 * none, every body is asked for at once, also one that the app refuses, and a visitor is told twice to go on.
 */
const EXPECT_TIMEOUT = "1s";
/** Thousands who dial in the same second may each wait longer than `DIAL_TIMEOUT`, and would all have to come again. */
const HOLD_DIAL_TIMEOUT = "2s";

const counts = Array.from({ length: MOST_ADDRESSES }, (_, at) => at + 1);

/** One route for each number of instances: every one of them is an upstream of its own, and none stands for two. */
function app(count: number) {
  // A pattern without a name: each group of one with a name would be kept twice.
  const release = { [RELEASE_HEADER]: [`{http.regexp.${count + 1}}`] };
  const each = Array.from({ length: count }, (_, at) => at + 1);
  return {
    match: [{ vars_regexp: { [TARGET]: { pattern: `${BEFORE}app@${each.map(() => "([^/@,]+)").join(",")}@(.+)$` } } }],
    handle: [
      {
        handler: "reverse_proxy",
        upstreams: each.map((at) => ({ dial: `{http.regexp.${at}}` })),
        headers: { response: { set: release } },
        // Shorter than the keep-alive of common servers (Node: 5 s), which else close under a request that is on its way.
        transport: { protocol: "http", dial_timeout: DIAL_TIMEOUT, keep_alive: { idle_timeout: "1s", max_idle_conns_per_host: IDLE_CONNECTIONS }, compression: false, expect_continue_timeout: EXPECT_TIMEOUT },
        load_balancing: { selection_policy: { policy: "round_robin" }, try_duration: TRY_DURATION, try_interval: "50ms" },
        stream_close_delay: "1h",
      },
    ],
    terminal: true,
  };
}

const stopped = {
  match: [{ vars_regexp: { [TARGET]: { pattern: `${BEFORE}stopped@$` } } }],
  handle: [pages.stopped],
  terminal: true,
};

/**
 * Requests of a held service are dialled anew until its slot names an app: a dial that fails has read nothing of a body, so
 * each goes through once. No connection is kept: the next one may have to go elsewhere.
 */
function held({ dataDir }: ConfigPlace): object {
  const said = [...SLOT_ADDRESSES, SLOT_RELEASE];
  return {
    match: [{ vars_regexp: { [TARGET]: { name: "held", pattern: `${BEFORE}held@([0-9]+)$` } } }],
    handle: [
      {
        handler: "map",
        source: "{http.regexp.held.1}",
        destinations: said.map((name) => `{slot.${name}}`),
        mappings: Array.from({ length: SLOTS }, (_, slot) => ({ input: String(slot), outputs: said.map((name) => `{file.${join(slotFolder(dataDir, slot), name)}}`) })),
      },
      {
        handler: "reverse_proxy",
        upstreams: SLOT_ADDRESSES.map((name) => ({ dial: `{slot.${name}}` })),
        headers: { response: { set: { [RELEASE_HEADER]: [`{slot.${SLOT_RELEASE}}`] } } },
        transport: { protocol: "http", dial_timeout: HOLD_DIAL_TIMEOUT, keep_alive: { enabled: false }, compression: false, expect_continue_timeout: EXPECT_TIMEOUT },
        load_balancing: { selection_policy: { policy: "round_robin" }, try_duration: `${HOLD_SECONDS}s`, try_interval: HOLD_TRY_INTERVAL },
        stream_close_delay: "1h",
      },
    ],
    terminal: true,
  };
}

/**
 * A release answers, and Caddy names it. Each route that a request has passed lies on its stack while it waits: those of a
 * held service come early, and 16 KB are enough for it.
 */
export function serve(place: ConfigPlace): object[] {
  const [one, ...several] = counts.map(app);
  return [one!, held(place), ...several, site(join(place.dataDir, "sites")), stopped];
}

export const serveErrors = {
  routes: [
    siteErrors,
    { match: [{ vars_regexp: { "{http.error.status_code}": { pattern: "^404$" } } }], handle: [pages.notFound], terminal: true },
    { match: [{ vars_regexp: { "{http.error.status_code}": { pattern: "^4" } } }], handle: [pages.refused], terminal: true },
    { match: [{ method: ["CONNECT"] }], handle: [pages.noTunnel], terminal: true },
    { match: [{ vars_regexp: { [TARGET]: { pattern: `${BEFORE}held@[0-9]+$` } } }], handle: [pages.held], terminal: true },
    { handle: [pages.failed] },
  ],
};
