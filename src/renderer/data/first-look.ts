import type { FirstLook } from "../../contract/index.ts";
import { remember } from "./known.ts";
import { servers } from "./servers.ts";

/** Shows what came before the link was open, as long as nothing newer did. */
export function beginWith({ servers: list, known }: FirstLook, serverId: string): void {
  if (known) remember(serverId, known);
  if (!servers.get()) servers.put(list);
}
