import { expect, test } from "vitest";
import { silent } from "../docker/pulse.ts";
import { followLogs, type LogsDeps } from "./logs.ts";
import { encodeCursor } from "./position.ts";

const deps = {
  docker: { listContainers: async () => Promise.reject(silent({ words: "list the containers" }, 30)) },
  instanceId: "i",
  paths: { logsOf: () => "/nonexistent" },
  note: () => {},
  nextEvent: () => new Promise(() => {}),
} as unknown as LogsDeps;

test.each([
  ["opened", { tail: 5 }],
  ["gone on with", { tail: 5, after: encodeCursor({ newest: 1, positions: new Map([["c", { nanos: 1n, seen: 1 }]]) }) }],
])("where Docker does not answer, output that is %s is neither empty nor lost", async (_, from) => {
  const first = followLogs(deps, "s", from, undefined).next();
  await expect(first).rejects.toMatchObject({ problem: { code: "DOCKER_SILENT" } });
});
