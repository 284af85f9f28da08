import { linkState } from "../link.ts";
import { queries } from "./queries.ts";

/** What was asked while the link was away may be old by now; before its first opening nothing was. */
export function renewWhenBack(): void {
  let wasOpen = linkState.get() === "open";
  linkState.subscribe(() => {
    if (linkState.get() !== "open") return;
    if (wasOpen) void queries.invalidateQueries();
    wasOpen = true;
  });
}
