import type { volumeErrors } from "../errors/volumes.ts";
import { act, again, beside, nothing, type NextStep } from "./step.ts";

/** What to press about volumes. */
export const volumeSteps: Record<keyof typeof volumeErrors, readonly [NextStep, ...NextStep[]]> = {
  VOLUME_PATHS_NEST: [nothing("form")],
  VOLUMES_TOO_MANY: [nothing("form")],
  VOLUME_ONE_INSTANCE: [act("service.settings")],
  VOLUME_STILL_MOUNTED: [act("service.deploy")],
  VOLUME_RETURNS: [act("list.reload")],
  VOLUME_MISSING: [act("service.settings")],
  VOLUME_CONTENT_NOT_COPIED: [act("service.deploy")],
  VOLUMES_UNKNOWN: [beside],
  VOLUME_IN_USE: [again],
};
