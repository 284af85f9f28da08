import { expect, test } from "vitest";
import { processOf } from "./process.ts";

const image = (entrypoint: string[], command: string[] = []) => ({ entrypoint, command });

test("a start command stands in the place of the image's command, and of an entrypoint that would not hear it", () => {
  expect(processOf(image([], ["node", "a.js"]), "node b.js")).toEqual({ entrypoint: null, command: ["node", "b.js"], init: true });
  expect(processOf(image(["/entrypoint.sh"], ["a"]), "b")).toEqual({ entrypoint: null, command: ["b"], init: true });
  expect(processOf(image(["/bin/sh", "-c", "exec node a.js"]), "node b.js")).toEqual({ entrypoint: ["node", "b.js"], command: [], init: true });
  expect(processOf(image(["/bin/bash", "-o", "pipefail", "-ec", "a | b"]), "b")).toEqual({ entrypoint: ["b"], command: [], init: true });
  expect(processOf(image(["/bin/sh", "-c", 'exec "$0" "$@"']), "node b.js")).toEqual({ entrypoint: null, command: ["node", "b.js"], init: true });
  expect(processOf(image(["/bin/sh", "-c", "exec node a.js"]), null)).toEqual({ entrypoint: null, command: null, init: true });
});

test("an image with an init of its own gets none of ours", () => {
  expect(processOf(image(["/init"], ["app"]), null).init).toBe(false);
  expect(processOf(image([], ["/sbin/init"]), null).init).toBe(false);
  expect(processOf(image(["/entrypoint.sh"]), "/init").init).toBe(true);
  expect(processOf(image(["/initialise"]), null).init).toBe(true);
});
