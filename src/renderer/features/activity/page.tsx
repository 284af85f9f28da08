import { DownloadIcon, FileJsonIcon, FileSpreadsheetIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { perform } from "../../actions/perform.ts";
import { Bar } from "../../app/bar.tsx";
import type { Server } from "../../../contract/index.ts";
import { EXPORT_LIMIT, useAudit, wholeAudit, type AuditFilter } from "../../data/audit.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { exact } from "../../data/time.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { Refusal } from "../refusal.tsx";
import { Stale, StaleNote } from "../servers/stale.tsx";
import { download, fileName, toCsv, toJson, type Format } from "./export.ts";
import { ActivityList } from "./list.tsx";
import { Toolbar } from "./toolbar.tsx";

const everything: AuditFilter = { search: "", who: null, outcome: null };
/** A call for each letter would be too many. */
const TYPING_MS = 250;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** The audit trail of a server: who did what, when, and what came of it. */
export function ActivityPage({ server }: { server: Server }) {
  const [filter, setFilter] = useState(everything);
  const search = useSettled(filter.search);
  const asked = { ...filter, search };
  const audit = useAudit(server, asked);
  const pages = audit.data?.pages ?? [];
  const rows = pages.flatMap((page) => page.rows);
  const [first] = pages;
  const filtered = asked.search.trim() !== "" || asked.who !== null || asked.outcome !== null;
  const problem = audit.isError ? problemOf(audit.error) : null;
  // A refusal by the role is no failure: nothing is wrong, and trying again is of no use.
  const refused = refusedTo(server, "owner") ?? (problem?.code === "ROLE_REFUSED" ? problem.message : null);
  return (
    <>
      <Bar path={[{ name: "Activity" }]} act={<Export server={server} filter={asked} disabled={!answers(server) || rows.length === 0} />} />
      <Refusal />
      <StaleNote server={server} />
      {refused && (
        <Empty title="Only owners see the activity">
          {refused} An owner of the server can change it.
        </Empty>
      )}
      {problem && !refused && (
        <div className="p-5">
          <ProblemNote problem={problem} detail onRetry={() => void audit.refetch()} />
        </div>
      )}
      {audit.isLoading && <Loading />}
      {first && !refused && (rows.length > 0 || filtered) && <Toolbar filter={filter} onChange={setFilter} who={first.who} busy={audit.isFetching} />}
      {first && !refused && rows.length === 0 && !filtered && (
        <Empty title="No activity yet">Every act on this server is written down here: who, what, when, and what came of it.</Empty>
      )}
      {first && !refused && rows.length === 0 && filtered && (
        <Empty title="No line matches" act={<Button onClick={() => setFilter(everything)}>Show everything</Button>} />
      )}
      {rows.length > 0 && !refused && (
        <Stale server={server} className="flex min-h-0 flex-1 flex-col">
          <ActivityList
            rows={rows}
            more={audit.hasNextPage && !audit.isFetchingNextPage && answers(server) ? () => void audit.fetchNextPage() : null}
            end={audit.hasNextPage ? "Older lines follow." : endWords(first!.keptSince, first!.cut)}
          />
        </Stale>
      )}
    </>
  );
}

function endWords(keptSince: number | null, cut: boolean): string {
  if (keptSince === null) return "";
  return cut ? `Kept since ${exact(keptSince)}; older lines were removed.` : `Complete since ${exact(keptSince)}.`;
}

function Export({ server, filter, disabled }: { server: Server; filter: AuditFilter; disabled: boolean }) {
  const [working, setWorking] = useState(false);
  const save = (format: Format) => {
    setWorking(true);
    perform("Export the activity", null, () =>
      wholeAudit(server, filter)
        .then((rows) => download(fileName(server.name, format, Date.now()), format === "csv" ? toCsv(rows) : toJson(rows), format))
        .finally(() => setWorking(false)),
    );
  };
  return (
    <Menu
      items={[
        { id: "csv", name: "As a table (CSV)", icon: FileSpreadsheetIcon, run: () => save("csv") },
        { id: "json", name: "As JSON", icon: FileJsonIcon, run: () => save("json") },
      ]}
      trigger={
        <Button icon={<Icon of={DownloadIcon} />} disabled={disabled} working={working} title={`What the filter lets through, ${EXPORT_LIMIT} lines at most`}>
          Export
        </Button>
      }
    />
  );
}

function Loading() {
  return (
    <div aria-busy className="flex flex-col gap-3 p-5">
      <Skeleton className="h-7 w-80" />
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <Skeleton key={row} className="h-9" />
      ))}
    </div>
  );
}
