import { listAudit } from "../audit/index.ts";
import type { Base, Rooms } from "./base.ts";

export function auditHandlers(base: Base, { core }: Rooms) {
  return { list: base.audit.list.handler(({ input }) => listAudit(core.db, input)) };
}
