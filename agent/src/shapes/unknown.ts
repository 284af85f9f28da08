import { describe, Failure } from "../../contract/problem.ts";
import type { Traits } from "../../contract/index.ts";
import { image } from "./image.ts";
import { site } from "./static.ts";
import type { Shape } from "./shape.ts";

/** Of a row that is damaged: it is shown by its own word, nothing is made of it, nothing of it is touched but to delete it. */
export const unknown = (word: string): Shape => ({
  traits: { ...nothing, word },
  make: refuse,
  target: () => null,
  hold: refuse,
  async unmake(deps, release) {
    await image.unmake(deps, release);
    await site.unmake(deps, release);
  },
});

const nothing: Omit<Traits, "word"> = {
  about: "Not known to this agent",
  process: "unknown",
  routed: false,
  named: false,
  port: "none",
  sources: [],
  makes: "unknown",
  checked: "nothing",
  replaced: "unknown",
  replicas: 1,
  drains: true,
  restarts: false,
  settings: [],
  drawer: ["deployments", "variables", "logs", "settings"],
};

async function refuse(): Promise<never> {
  throw new Failure(describe("SETTINGS_DAMAGED", { service: "this service", fields: "shape" }));
}
