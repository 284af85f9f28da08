import { join } from "node:path";
import { BEFORE, hostRoutes, TARGET } from "./host-routes.ts";
import { ANSWERED_HEADER, FAULT_HEADER, privateSocket, TARGET_HEADER, TRIED_HEADER, TRY_HEADER, type ConfigPlace } from "./place.ts";

/** Response headers of an app up to here are passed on; who sends more is told so before anyone is sent to it. */
export const LARGEST_HEADERS = 1_048_576;

/** What only the agent asks, over a socket: an app that nobody is sent to yet, or what a visitor of a host would find. */
export function privateServer(place: ConfigPlace) {
  return {
    listen: [`unix/${privateSocket(place.dataDir)}|0600`],
    // The agent says how a visitor would have come.
    trusted_proxies_unix: true,
    routes: [tryRoute(place), ...hostRoutes(place, [nameTarget])],
    errors: { routes: [{ handle: [{ handler: "static_response", headers: { [FAULT_HEADER]: ["1"] }, body: "{http.error.message}" }] }] },
  };
}

/** *took*: the matcher of the public server, and no app: what is wrong here is wrong with Caddy. */
const nameTarget = {
  match: [{ vars_regexp: { [TARGET]: { pattern: `${BEFORE}.` } } }],
  handle: [{ handler: "static_response", headers: { [TARGET_HEADER]: [`{http.vars.${TARGET}}`] } }],
  terminal: true,
};

/** *try*: the one file under try/<ticket>/ is named after the address that is asked, once. */
function tryRoute({ dataDir }: ConfigPlace): object {
  const ticket = `{http.request.header.${TRY_HEADER}}`;
  return {
    match: [{ header: { [TRY_HEADER]: ["*"] } }],
    handle: [
      {
        handler: "subroute",
        routes: [
          {
            match: [{ file: { root: join(dataDir, "routes", "try"), try_files: [`${ticket}/*`] } }],
            handle: [{ handler: "subroute", routes: [askApp(ticket)] }],
            terminal: true,
          },
          { handle: [{ handler: "static_response", status_code: 404 }] },
        ],
      },
    ],
    terminal: true,
  };
}

function askApp(ticket: string): object {
  return {
    match: [{ vars_regexp: { "{http.matchers.file.relative}": { name: "try", pattern: "/([^/]+)$" } } }],
    handle: [
      { handler: "headers", response: { set: { [TRIED_HEADER]: [ticket] } } },
      {
        handler: "reverse_proxy",
        upstreams: [{ dial: "{http.regexp.try.1}" }],
        headers: {
          request: { delete: [TRY_HEADER] },
          response: { set: { [ANSWERED_HEADER]: ["{http.reverse_proxy.upstream.hostport}"] } },
        },
        transport: {
          protocol: "http",
          dial_timeout: "3s",
          // Each try on a connection of its own, as a first visitor's.
          keep_alive: { enabled: false },
          compression: false,
          max_response_header_size: LARGEST_HEADERS,
        },
        stream_close_delay: "1s",
      },
    ],
  };
}
