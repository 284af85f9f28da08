import { expect, test } from "vitest";
import { describe } from "@aeroplane/agent/contract";
import { yesToLoss } from "./loss.ts";

test("the yes to a loss names the paths that the refusal named, and other refusals have none", () => {
  const given: string[][] = [];
  const act = (discard: string[]) => void given.push(discard);
  const yes = yesToLoss(describe("VOLUME_DATA_WOULD_GO", { service: "web", paths: ["/data", "/var/lib/a, b"] }), "Deploy", act);
  expect(yes?.word).toBe("Delete data and deploy");
  yes?.act();
  expect(given).toEqual([["/data", "/var/lib/a, b"]]);
  expect(yesToLoss(describe("NOTHING_DEPLOYED", { service: "web" }), "Stop", act)).toBeUndefined();
});
