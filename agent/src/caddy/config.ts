import { join } from "node:path";
import { pages } from "./pages.ts";

export type ConfigPlace = { dataDir: string; httpAddress: string; httpPort: number };

/** Set by Caddy on every answer of a release, over whatever the app itself says under that name. */
export const RELEASE_HEADER = "X-Aeroplane-Release";
/** Only on the private server: the target that answered. */
export const ANSWERED_HEADER = "X-Aeroplane-Answered-By";

export const adminSocket = (dataDir: string) => join(dataDir, "caddy", "run", "admin.sock");
export const confirmSocket = (dataDir: string) => join(dataDir, "caddy", "run", "confirm.sock");

const CODES_A_TO_Z = Array.from({ length: 26 }, (_, i) => i);

/** Host names have no case and may end in a dot; folder names have one and may not. */
const plainHost = {
  match: [{ vars_regexp: { "{http.request.host}": { pattern: "[A-Z]|\\.$" } } }],
  handle: [
    {
      handler: "headers",
      request: {
        replace: {
          Host: [
            ...CODES_A_TO_Z.map((i) => ({ search: String.fromCharCode(65 + i), replace: String.fromCharCode(97 + i) })),
            { search_regexp: "\\.(:[0-9]+)?$", replace: "$1" },
          ],
        },
      },
    },
  ],
};

/** The file under hosts/<hostname>/ whose name is the target. */
const FOUND = "{http.matchers.file.relative}";

function app(confirm: boolean) {
  const release = { [RELEASE_HEADER]: ["{http.regexp.target.2}"] };
  const answered = { [ANSWERED_HEADER]: ["app@{http.reverse_proxy.upstream.hostport}@{http.regexp.target.2}"] };
  return {
    match: [{ vars_regexp: { [FOUND]: { name: "target", pattern: "/app@([^/@]+)@([^/@]+)$" } } }],
    handle: [
      {
        handler: "reverse_proxy",
        upstreams: [{ dial: "{http.regexp.target.1}" }],
        headers: { response: { set: confirm ? { ...release, ...answered } : release } },
        // Shorter than the keep-alive of common servers (Node: 5 s), which else close under a request that is on its way.
        transport: { protocol: "http", dial_timeout: "3s", keep_alive: { idle_timeout: "1s" }, compression: false },
        load_balancing: { try_duration: "2s", try_interval: "50ms" },
        stream_close_delay: "1h",
      },
    ],
    terminal: true,
  };
}

function site(sites: string, confirm: boolean) {
  const release = { [RELEASE_HEADER]: ["{http.regexp.target.2}"] };
  const answered = { [ANSWERED_HEADER]: ["site@{http.regexp.target.1}@{http.regexp.target.2}"] };
  return {
    match: [{ vars_regexp: { [FOUND]: { name: "target", pattern: "/site@([^/@]+)@([^/@]+)$" } } }],
    handle: [
      { handler: "vars", root: `${sites}/{http.regexp.target.1}/{http.regexp.target.2}` },
      { handler: "headers", response: { deferred: true, set: confirm ? { ...release, ...answered } : release } },
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

function routes(place: ConfigPlace, confirm: boolean) {
  const pattern = "{http.request.host}/*";
  return [
    plainHost,
    {
      // A switch between listing the folder and looking at the file makes a try miss; the next one sees the new target.
      match: [{ file: { root: join(place.dataDir, "routes", "hosts"), try_files: [pattern, pattern, pattern] } }],
      handle: [
        {
          handler: "subroute",
          routes: [
            app(confirm),
            site(join(place.dataDir, "sites"), confirm),
            { handle: [pages.stopped] },
          ],
        },
      ],
      terminal: true,
    },
    { handle: [pages.unknown] },
  ];
}

const errors = {
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

/**
 * The whole config. It names no service, no hostname and no release: those are names of files, so it changes only with
 * the version of this program and is never loaded under load.
 */
export function deriveConfig(place: ConfigPlace) {
  const server = (listen: string, confirm: boolean) => ({
    listen: [listen],
    automatic_https: { disable: true },
    protocols: ["h1"],
    read_header_timeout: "1m",
    routes: routes(place, confirm),
    errors,
  });
  const host = place.httpAddress.includes(":") ? `[${place.httpAddress}]` : place.httpAddress;
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
          public: server(`${host}:${place.httpPort}`, false),
          confirm: server(`unix/${confirmSocket(place.dataDir)}|0600`, true),
        },
      },
    },
  };
}
