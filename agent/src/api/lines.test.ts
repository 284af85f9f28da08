import { expect, test } from "vitest";
import { agentContract } from "../../contract/index.ts";
import { implementedContract } from "./lines.ts";

test("the streams of log lines alone are not checked again, and ask for the same role and input", () => {
  const changed = Object.entries(agentContract).flatMap(([room, procedures]) =>
    Object.entries(procedures).flatMap(([name, procedure]) => {
      const { outputSchema: _, ...own } = procedure["~orpc"];
      const { outputSchema, ...implemented } = (implementedContract as unknown as Record<string, Record<string, typeof procedure>>)[room]![name]!["~orpc"];
      expect(implemented).toEqual(own);
      return outputSchema === procedure["~orpc"].outputSchema ? [] : [`${room}.${name}`];
    }),
  );
  expect(changed).toEqual(["services.logs", "deployments.log", "runs.log"]);
});
