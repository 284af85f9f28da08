import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { AuditOutcome, AuditPage } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { keys } from "./queries.ts";
import { may } from "./role.ts";
import { answers } from "./servers.ts";

export type AuditFilter = { search: string; who: string | null; outcome: AuditOutcome | null };

const PAGE = 100;

const question = ({ search, who, outcome }: AuditFilter) => ({
  ...(search.trim() ? { search: search.trim() } : {}),
  ...(who === null ? {} : { who }),
  ...(outcome === null ? {} : { outcome }),
});

/** Newest first, a hundred at a time; asked again when the agent says that a line was written. */
export const useAudit = (server: Server, filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: [...keys.audit(server.id), question(filter)],
    queryFn: ({ signal, pageParam }) =>
      client.agent.audit.list({ ...question(filter), limit: PAGE, before: pageParam }, { context: { serverId: server.id }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: AuditPage) => (page.more ? page.rows.at(-1)!.id : undefined),
    placeholderData: keepPreviousData,
    enabled: answers(server) && may(server, "owner"),
  });

/** So many lines at most go into one file. */
export const EXPORT_LIMIT = 20_000;

/** Every line that the filter lets through, page by page. */
export async function wholeAudit(server: Server, filter: AuditFilter): Promise<AuditPage["rows"]> {
  const rows: AuditPage["rows"] = [];
  let before: string | undefined;
  do {
    const page = await client.agent.audit.list({ ...question(filter), limit: 200, before }, { context: { serverId: server.id } });
    rows.push(...page.rows);
    before = page.more ? page.rows.at(-1)!.id : undefined;
  } while (before !== undefined && rows.length < EXPORT_LIMIT);
  return rows;
}
