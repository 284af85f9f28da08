import type { ShapeName, Traits } from "../../contract/index.ts";
import type { Shape } from "./shape.ts";
import { site } from "./static.ts";
import { unknown } from "./unknown.ts";
import { web } from "./web.ts";
import { worker } from "./worker.ts";

export type { Making, Means, Shape } from "./shape.ts";

/** A new shape is a new entry. */
const entries: Record<ShapeName, Shape> = { web, worker, static: site };

/** Anything that has a shape: a service, or a release, which is what it was made as. */
type Shaped = { shape: string };

/** The word of a damaged row is a shape that does nothing, so that all others go on. */
export const shapeOf = ({ shape }: Shaped): Shape => (Object.hasOwn(entries, shape) ? entries[shape as ShapeName] : unknown(shape));

export const traitsOf = (one: Shaped): Traits => shapeOf(one).traits;

/** What can be set of a service of each shape. */
export const settingsByShape = (): Record<string, string[]> => Object.fromEntries(Object.entries(entries).map(([name, { traits }]) => [name, [...(traits.settings ?? [])]]));

/** It has containers, which are launched, checked and kept. */
export const runs = (one: Shaped): boolean => traitsOf(one).process === "container";
