import type { Writable } from "node:stream";

/** Room for more, or nobody is there any more to take it. */
export const drained = (to: Writable) =>
  new Promise<void>((resolve) => {
    const go = () => {
      to.off("drain", go).off("close", go);
      resolve();
    };
    to.on("drain", go).on("close", go);
  });
