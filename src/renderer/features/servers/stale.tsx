import { useSyncExternalStore, type ReactNode } from "react";
import { action } from "../../actions/index.ts";
import { connectWord } from "../../actions/server.ts";
import { readContext } from "../../actions/context.ts";
import type { Server } from "../../../contract/index.ts";
import { useLasting } from "../../data/lasting.ts";
import { clock, duration, useNow, written } from "../../data/time.ts";
import { linkState } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote, Note } from "../../ui/note.tsx";
import { classes } from "../../ui/classes.ts";

/** What is shown while a server is away: how old it is, and how to get it back. Nothing when it answers. */
export function StaleNote({ server }: { server: Server }) {
  const { connection } = server;
  // What is over soon only greys: it is not worth moving everything down for. Who comes later sees it at once.
  const away = connection.state === "silent" || connection.state === "reconnecting";
  const lasting = useLasting(away, 3000);
  const heard = connection.state === "silent" ? connection.since : server.lastSeenAt;
  const link = useSyncExternalStore(linkState.subscribe, linkState.get);
  const long = useNow() - (heard ?? 0) > 10_000;
  if (connection.state === "ready" || (away && !lasting && !long)) return null;
  const retry = () => action("server.connect").run(readContext({ server }));
  return (
    <div className="px-5 pt-4">
      {connection.state === "failed" ? (
        <ProblemNote problem={connection.problem} onRetry={retry} own={["server.connect"]} retryWord="Connect again" />
      ) : (
        <Note tone="warn" actions={link === "open" && <Button small onClick={retry}>{connectWord(connection)}</Button>}>
          <StaleWords server={server} />
        </Note>
      )}
    </div>
  );
}

function StaleWords({ server }: { server: Server }) {
  const now = useNow();
  const { connection, lastSeenAt } = server;
  const since = connection.state === "silent" ? connection.since : lastSeenAt;
  const old = since === null ? "" : ` What is shown is from ${whenWas(since, now)}.`;
  const what = {
    offline: "Not connected.",
    silent: connection.state === "silent" && connection.away === "agent" ? "The server answers, its agent does not; it is started again by itself." : "The server does not answer.",
    reconnecting: "The connection was lost.",
    "needs-you": "Signing in waits for an answer.",
    connecting: "Connecting.",
    verifying: "Signing in.",
    installing: "Preparing.",
  }[connection.state as string];
  const next = connection.state === "reconnecting" ? ` ${nextTry(connection.nextAt, now)}.` : "";
  return (
    <span className="tabular">
      {what}
      {old}
      {next}
    </span>
  );
}

/** "12:03:11, 40 s ago"; of another day with its date. */
function whenWas(since: number, now: number): string {
  if (now - since < DAY) return `${clock(since)}, ${duration(Math.floor((now - since) / 1000) * 1000).replace(".0", "")} ago`;
  const days = Math.floor((now - since) / DAY);
  const date = byMinute(since);
  return `${date}, ${days === 1 ? "1 day" : `${days} days`} ago`;
}

const DAY = 24 * 3600_000;
const byMinute = written({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** A wait worth counting down is longer than a glance. */
export function nextTry(nextAt: number, now: number): string {
  const seconds = Math.ceil((nextAt - now) / 1000);
  return seconds > 1 ? `Connecting again in ${duration(seconds * 1000).replace(".0", "")}` : "Connecting again";
}

/** Greys what may be old; it stays readable and selectable. */
export function Stale({ server, className, children }: { server: Server; className?: string; children: ReactNode }) {
  const stale = useLasting(server.connection.state !== "ready", 800);
  return (
    <div data-stale={stale || undefined} className={classes(className, stale && "grayscale")}>
      {children}
    </div>
  );
}
