import { join } from "node:path";
import { pages } from "./pages.ts";
import type { ConfigPlace } from "./place.ts";

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
export const FOUND = "{http.matchers.file.relative}";

/** What a server does with a request whose host has a service: its routes find the target's name in `FOUND`. */
export type Finish = (place: ConfigPlace) => object[];

/** Finds the service of a host; what then answers is the server's own affair, so that the private one matches as the public one does. */
export function hostRoutes(place: ConfigPlace, finish: Finish): object[] {
  const pattern = "{http.request.host}/*";
  return [
    plainHost,
    {
      // A switch between listing the folder and looking at the file makes a try miss; the next one sees the new target.
      match: [{ file: { root: join(place.dataDir, "routes", "hosts"), try_files: [pattern, pattern, pattern] } }],
      handle: [{ handler: "subroute", routes: finish(place) }],
      terminal: true,
    },
    { handle: [pages.unknown] },
  ];
}
