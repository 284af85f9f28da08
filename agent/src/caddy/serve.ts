import { join } from "node:path";
import { TARGET } from "./host-routes.ts";
import { pages } from "./pages.ts";
import { RELEASE_HEADER, type ConfigPlace } from "./place.ts";
import { MOST_ADDRESSES } from "./target.ts";

const counts = Array.from({ length: MOST_ADDRESSES }, (_, at) => at + 1);

/** One route for each number of instances: every one of them is an upstream of its own, and none stands for two. */
function app(before: string, count: number) {
  const release = { [RELEASE_HEADER]: [`{http.regexp.target.${count + 1}}`] };
  const each = Array.from({ length: count }, (_, at) => at + 1);
  return {
    match: [{ vars_regexp: { [TARGET]: { name: "target", pattern: `${before}app@${each.map(() => "([^/@,]+)").join(",")}@([^/@]+)$` } } }],
    handle: [
      {
        handler: "reverse_proxy",
        upstreams: each.map((at) => ({ dial: `{http.regexp.target.${at}}` })),
        headers: { response: { set: release } },
        // The address of a container that died is silent: a third of the time to try lets two others be asked.
        // Shorter than the keep-alive of common servers (Node: 5 s), which else close under a request that is on its way.
        transport: { protocol: "http", dial_timeout: "600ms", keep_alive: { idle_timeout: "1s" }, compression: false },
        load_balancing: { selection_policy: { policy: "round_robin" }, try_duration: "2s", try_interval: "50ms" },
        stream_close_delay: "1h",
      },
    ],
    terminal: true,
  };
}

function site(before: string, sites: string) {
  const release = { [RELEASE_HEADER]: ["{http.regexp.target.2}"] };
  return {
    match: [{ vars_regexp: { [TARGET]: { name: "target", pattern: `${before}site@([^/@]+)@([^/@]+)$` } } }],
    handle: [
      { handler: "vars", root: `${sites}/{http.regexp.target.1}/{http.regexp.target.2}` },
      { handler: "headers", response: { deferred: true, set: release } },
      { handler: "encode", encodings: { gzip: {}, zstd: {} }, prefer: ["zstd", "gzip"] },
      {
        handler: "subroute",
        routes: [
          // /about finds about.html; whatever is there under its own name is served without any rewriting.
          {
            match: [{ not: [{ file: { try_files: ["{http.request.uri.path}"] } }], file: { try_files: ["{http.request.uri.path}.html"] } }],
            handle: [{ handler: "rewrite", uri: "{http.matchers.file.relative}" }],
          },
          { handle: [{ handler: "file_server", hide: [".git"] }] },
        ],
      },
    ],
    terminal: true,
  };
}

const stopped = (before: string) => ({
  match: [{ vars_regexp: { [TARGET]: { pattern: `${before}stopped@` } } }],
  handle: [pages.stopped],
  terminal: true,
});

/** A release answers, and Caddy names it. */
export function serve(place: ConfigPlace, before: string): object[] {
  return [...counts.map((count) => app(before, count)), site(before, join(place.dataDir, "sites")), stopped(before)];
}

export const serveErrors = {
  routes: [
    {
      match: [{ file: { try_files: ["/404.html"] }, vars_regexp: { "{http.error.status_code}": { pattern: "^404$" } } }],
      handle: [
        { handler: "rewrite", uri: "/404.html" },
        { handler: "file_server", status_code: "404" },
      ],
      terminal: true,
    },
    { match: [{ vars_regexp: { "{http.error.status_code}": { pattern: "^4" } } }], handle: [pages.notFound], terminal: true },
    { handle: [pages.failed] },
  ],
};
