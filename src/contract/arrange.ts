import { names, wireErrors } from "@aeroplane/agent/contract";
import { oc } from "@orpc/contract";
import * as z from "zod";
import { server } from "./entities.ts";

const procedure = oc.errors(wireErrors);

/** How a person sorts their servers. */
export const arrangeProcedures = {
  /** The ids in the order wanted; servers that are not named keep theirs, behind. */
  reorder: procedure.input(z.object({ ids: z.array(names.id).max(2000) })).output(z.array(server)),
  /** All tags of it; the same word twice is one. */
  setTags: procedure.input(z.object({ id: names.id, tags: z.array(names.title).max(20) })).output(server),
};
