import { expect, test } from "vitest";
import type { Instance } from "@aeroplane/agent/contract";
import { instancesOf } from "./instances.ts";

const service = (...states: string[]) => ({ instances: states.map((state, at): Instance => ({ id: `i${at}`, ordinal: at + 1, state, containerName: null })) });

test("how many instances run is said where there are several", () => {
  const said = [service(), service("live"), service("live", "live", "live"), service("live", "down", "live"), service("down", "down"), service("live", "draining", "draining"), service("unknown", "unknown"), service("live", "unknown", "down"), service("live", "unhealthy", "live"), service("unhealthy")].map(instancesOf);
  expect(said).toEqual([null, null, "3 instances", "2 of 3 running", "0 of 2 running", "1 of 3 running, draining", "2 instances", "1 of 3 running, 1 not seen", "2 of 3 well", null]);
});
