import { setTimeout as sleep } from "node:timers/promises";
import { shapes } from "../../contract/index.ts";
import { image } from "./image.ts";
import type { Shape } from "./shape.ts";

/** A process without an address: it is well when it stays up. */
export const worker: Shape = {
  traits: shapes.worker,
  ...image,
  async check(_deps, { release, detail }, signal) {
    const seconds = release.config.healthSeconds;
    detail(`Must stay up for ${seconds} s`);
    await sleep(seconds * 1000, undefined, { signal });
    detail(`Stayed up for ${seconds} s`);
  },
  target: () => null,
};
