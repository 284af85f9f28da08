import { names } from "@aeroplane/agent/contract";
import * as z from "zod";
import { server, type Server } from "./entities.ts";

/** What changed in the list of servers since the batch before. `order`: all of them, where they stand otherwise than before. */
export const serverChanges = z.object({
  /** The first batch of a stream: `servers` is the whole list. */
  whole: z.boolean(),
  servers: z.array(server),
  removed: z.array(names.id),
  order: z.array(names.id).nullable(),
});
export type ServerChanges = z.infer<typeof serverChanges>;

/** The list as it is after a batch; a server that the batch does not name stays the same object. */
export function afterChanges(before: readonly Server[], { whole, servers, removed, order }: ServerChanges): Server[] {
  if (whole) return servers;
  const changed = new Map(servers.map((each) => [each.id, each]));
  const gone = new Set(removed);
  const kept = before.filter(({ id }) => !gone.has(id)).map((each) => changed.get(each.id) ?? each);
  const known = new Set(before.map(({ id }) => id));
  const all = [...kept, ...servers.filter(({ id }) => !known.has(id))];
  if (!order) return all;
  const place = new Map(order.map((id, index) => [id, index]));
  return all.toSorted((one, other) => (place.get(one.id) ?? order.length) - (place.get(other.id) ?? order.length));
}
