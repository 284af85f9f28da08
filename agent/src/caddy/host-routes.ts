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
        { search_regexp: "\\.(:[0-9]*)?$", replace: "$1" },
      ],
    },
  },
};

/** The variable that has the name of the target of a request's host: read once, so that all of an answer belongs together. */
export const TARGET = "target";

/**
 * How it begins, before the name itself: for a host that was found by its link, with a slash and that host. The first sign
 * tells which of the two it is, so that Go matches the patterns without ever going back.
 */
export const BEFORE = "^(?:/[^/@]+/)?";

/**
 * Finds the target of a host and leaves its name in the variable `TARGET`; what then answers is the server's own affair, so
 * that the private one matches as the public one does. Hosts that were known when Caddy started are looked up in its config
 * and cost one read of one small file; those that came later are looked for among the links, which costs listing a folder.
 * The routes stand side by side: one inside another is put together anew for each request.
 */
export function hostRoutes(place: ConfigPlace, finish: readonly object[]): object[] {
  const plain = [...(place.known.length === 0 ? [] : [lookInConfig(place)]), lookAmongLinks(place), ...finish];
  return [
    ...plain,
    // Few write a host so; only what nobody has answered comes here.
    { match: [{ vars_regexp: { "{http.request.host}": { pattern: ODD } } }], handle: [madePlain, { handler: "subroute", routes: plain }] },
    { handle: [pages.unknown] },
  ];
}

/** A map is one look-up for all hosts; a route for each would be tried one after the other. */
const lookInConfig = ({ dataDir, known }: ConfigPlace) => ({
  handle: [
    {
      handler: "map",
      source: "{http.request.host}",
      destinations: ["{known}"],
      mappings: known.map((host) => ({ input: host, outputs: [`{file.${hostTargetFile(dataDir, host)}}`] })),
    },
    { handler: "vars", [TARGET]: "{known}" },
  ],
});

function lookAmongLinks({ dataDir }: ConfigPlace): object {
  // Of the files of a target this is its name alone.
  const pattern = "{http.request.host}/*@*";
  // A switch between listing the folder and looking at the file makes a try miss; the next one sees the new target.
  const found = { file: { root: join(dataDir, "routes", "hosts"), try_files: [pattern, pattern, pattern] } };
  return {
    match: [bothInTurn({ vars: { [TARGET]: [""] } }, found)],
    handle: [{ handler: "vars", [TARGET]: "{http.matchers.file.relative}" }],
  };
}

/** Caddy asks the matchers of one set in any order, but one `not` after the other: the second costs nothing where the first has not matched. */
export const bothInTurn = (...all: object[]) => ({ not: all.map((one) => ({ not: [one] })) });
