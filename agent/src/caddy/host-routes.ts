import { join } from "node:path";
import { pages } from "./pages.ts";
import { hostTargetFile, type ConfigPlace } from "./place.ts";

const CODES_A_TO_Z = Array.from({ length: 26 }, (_, i) => i);

/** Host names have no case and may end in a dot; names of folders have one and may not. */
const ODD = "[A-Z]|\\.$";

const madePlain = {
  handler: "headers",
  request: {
    replace: {
      Host: [
        ...CODES_A_TO_Z.map((i) => ({ search: String.fromCharCode(65 + i), replace: String.fromCharCode(97 + i) })),
        { search_regexp: "\\.(:[0-9]+)?$", replace: "$1" },
      ],
    },
  },
};

/** The name of the target of a request's host: read once, so that all of an answer belongs together. */
export const TARGET = "{http.vars.target}";

/**
 * What a server does with a request whose host has a target: routes that each match some names of targets in `TARGET`,
 * which all begin with the pattern `before`. None matches where there is no target.
 */
export type Finish = (place: ConfigPlace, before: string) => object[];

/**
 * Finds the target of a host; what then answers is the server's own affair, so that the private one matches as the public
 * one does. Hosts that were known when Caddy started are looked up in its config and cost one read of one small file;
 * those that came later are looked for among the links, which costs listing a folder. The routes stand side by side: one
 * inside another is put together anew for each request.
 */
export function hostRoutes(place: ConfigPlace, finish: Finish, rest: readonly object[] = []): object[] {
  const plain = [...byConfig(place, finish), ...byLinks(place, finish), ...rest];
  return [
    ...plain,
    // Few write a host so; only what nobody has answered comes here.
    { match: [{ vars_regexp: { "{http.request.host}": { pattern: ODD } } }], handle: [madePlain, { handler: "subroute", routes: plain }] },
    { handle: [pages.unknown] },
  ];
}

/** A map is one look-up for all hosts; a route for each would be tried one after the other. */
function byConfig(place: ConfigPlace, finish: Finish): object[] {
  if (place.known.length === 0) return [];
  const look = {
    handle: [
      {
        handler: "map",
        source: "{http.request.host}",
        destinations: ["{known}"],
        mappings: place.known.map((host) => ({ input: host, outputs: [`{file.${hostTargetFile(place.dataDir, host)}}`] })),
      },
      { handler: "vars", target: "{known}" },
    ],
  };
  return [look, ...finish(place, "^/")];
}

function byLinks(place: ConfigPlace, finish: Finish): object[] {
  // Of the files of a target this is its name alone.
  const pattern = "{http.request.host}/*@*";
  const look = {
    // A switch between listing the folder and looking at the file makes a try miss; the next one sees the new target.
    match: [{ file: { root: join(place.dataDir, "routes", "hosts"), try_files: [pattern, pattern, pattern] } }],
    handle: [{ handler: "vars", target: "{http.matchers.file.relative}" }],
  };
  return [look, ...finish(place, "^/[^/]+/")];
}
