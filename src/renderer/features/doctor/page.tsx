import { CheckIcon, CopyIcon, RefreshCwIcon } from "lucide-react";
import { useState } from "react";
import type { DoctorReport } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import type { Server } from "../../../contract/index.ts";
import { useDoctor, useMend } from "../../data/doctor.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { Button } from "../../ui/button.tsx";
import { classes, pageWidth } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { copyText, Empty, Note, ProblemNote } from "../../ui/note.tsx";
import { Dot } from "../../ui/state.tsx";
import { Age, Skeleton } from "../../ui/text.tsx";
import { Stale, StaleNote } from "../servers/stale.tsx";
import { client } from "../../link.ts";
import { Checks, type Update } from "./checks.tsx";
import { LinkSpeedSection } from "./link-speed.tsx";
import { reportText } from "./report.ts";
import { toneOf, troubles } from "./summary.ts";

/** Every check of the server, each fine or with what mends it. Looks when it opens, and when asked to. */
export function DoctorPage({ server }: { server: Server }) {
  const doctor = useDoctor(server);
  const mend = useMend(server);
  const away = !answers(server);
  const again = () => action("doctor.check").run(readContext({ server }));
  return (
    <div tabIndex={0} role="region" aria-label="Doctor" aria-busy={doctor.isFetching} className="min-h-0 flex-1 overflow-y-auto [scrollbar-gutter:stable]">
      <StaleNote server={server} />
      {doctor.isError && !away && (
        <div className={classes(pageWidth, "px-5 pt-5")}>
          <ProblemNote problem={problemOf(doctor.error)} detail onRetry={again} retryWord="Check again" />
        </div>
      )}
      {!doctor.data && away && <Empty title="Not checked yet">The checks run when the server is connected.</Empty>}
      {doctor.isLoading && <Loading />}
      {doctor.data && (
        <Stale server={server} className={classes(pageWidth, "flex flex-col gap-5 p-5")}>
          <Head server={server} report={doctor.data} checking={doctor.isFetching} away={away} again={again} />
          {mend.isError && <ProblemNote problem={problemOf(mend.error)} detail />}
          {mend.isSuccess && <Note>{mend.data.done}</Note>}
          {doctor.data.checks.length === 0 && <Empty title="Nothing to check">This agent has no checks.</Empty>}
          <Checks checks={doctor.data.checks} mend={{ run: (id) => mend.mutate(id), running: mend.isPending ? mend.variables : null, disabled: away, refused: refusedTo(server, "owner"), update: updateOf(server, away) }} />
          {server.kind === "ssh" && <LinkSpeedSection server={server} away={away} measure={(id) => client.servers.measure({ id })} />}
        </Stale>
      )}
    </div>
  );
}

/** The upgrade with other parts: with the login of an owner, from an app that is no older than the agent. */
function updateOf(server: Server, away: boolean): Update {
  const update = action("server.parts");
  const context = readContext({ server });
  const refused = refusedTo(server, "owner") ?? (away || update.when(context) ? null : "Update the app first: this server's agent is newer than it.");
  return { run: () => update.run(context), disabled: away, refused };
}

type HeadProps = { server: Server; report: DoctorReport; checking: boolean; away: boolean; again: () => void };

function Head({ server, report, checking, away, again }: HeadProps) {
  const [copied, setCopied] = useState(false);
  const wrong = troubles(report.checks);
  const copy = () => {
    const own = [server.login?.address ?? "", server.hello?.hostname ?? ""];
    void copyText(reportText(report, server.hello?.agentVersion ?? "unknown", own)).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1600);
    });
  };
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <Dot tone={toneOf(report.checks)} className="!size-2.5" />
      <div className="min-w-0 flex-1" role="status">
        <p className="text-base font-semibold">{wrong ?? "All checks are fine"}</p>
        <p className="tabular text-xs text-text-2">
          {`${report.checks.length} checks · `}
          {checking ? "checking now" : <Age at={report.at} ago />}
        </p>
      </div>
      <Button icon={<Icon of={copied ? CheckIcon : CopyIcon} />} onClick={copy}>
        {copied ? "Copied" : "Copy report"}
      </Button>
      <Button icon={<Icon of={RefreshCwIcon} className={classes(checking && "turning")} />} working={checking} disabled={away} onClick={again}>
        Check again
      </Button>
    </header>
  );
}

function Loading() {
  return (
    <div aria-busy className={classes(pageWidth, "flex flex-col gap-5 p-5")}>
      <Skeleton className="h-9 w-64" />
      {[3, 4, 3].map((rows, index) => (
        <span key={index} className="flex flex-col gap-2">
          <Skeleton className="h-4 w-20" />
          <span style={{ height: rows * 41 }} className="block">
            <Skeleton className="h-full !rounded-lg" />
          </span>
        </span>
      ))}
    </div>
  );
}
