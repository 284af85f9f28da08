import { fail } from "../../contract/index.ts";
import type { Base } from "./base.ts";

const refuse = (): never => {
  throw fail("UNEXPECTED", { what: "this agent has no stage yet" });
};

/** The contract is there, the acts are not yet. */
export function stagedHandlers(base: Base) {
  return {
    list: base.staged.list.handler(refuse),
    stage: base.staged.stage.handler(refuse),
    discard: base.staged.discard.handler(refuse),
    review: base.staged.review.handler(refuse),
    deploy: base.staged.deploy.handler(refuse),
  };
}
