import { shapes } from "../../contract/index.ts";
import { image } from "./image.ts";
import type { Shape } from "./shape.ts";

/** A process without an address: it is well when it stays up. */
export const worker: Shape = {
  traits: shapes.worker,
  ...image,
  target: () => null,
};
