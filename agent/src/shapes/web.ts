import { shapes } from "../../contract/index.ts";
import { image } from "./image.ts";
import type { Shape } from "./shape.ts";

/** An app that answers requests: it is asked through Caddy before anybody is sent to it. */
export const web: Shape = {
  traits: shapes.web,
  ...image,
  target: ({ id, port }, addresses) => (addresses.length === 0 || port === null ? null : { type: "app", addresses, port, releaseId: id }),
};
