import { useEffect, useRef, type ReactNode } from "react";
import { useMedia } from "../../app/media.ts";
import { useView } from "../../app/view.ts";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { ProblemNote } from "../../ui/note.tsx";
import { Dot } from "../../ui/state.tsx";
import type { Tone } from "../../data/servers.ts";
import { attach, closeTerminal, recolour, useTerminals, type Session } from "./sessions.ts";

/** One terminal, and below it what is to be said of it. */
export function View({ session, again }: { session: Session; again: () => void }) {
  const { key, screen, state, problem } = session;
  const box = useRef<HTMLDivElement>(null);
  const theme = useView((view) => view.theme);
  const dark = useMedia("(prefers-color-scheme: dark)");
  const wanted = useTerminals((store) => store.wanted === key);
  useEffect(() => (screen && box.current ? screen.mount(box.current) : undefined), [screen]);
  useEffect(() => {
    if (!screen || !wanted) return;
    useTerminals.setState({ wanted: null });
    screen.focus();
  }, [screen, wanted]);
  // After the style sheet has followed.
  useEffect(() => recolour(), [theme, dark]);
  if (state === "failed" && problem) {
    return (
      <ProblemNote
        problem={problem}
        detail
        onRetry={() => {
          // A shell that runs is only shown again.
          if (session.id !== null) return void attach(key);
          closeTerminal(key);
          again();
        }}
      />
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-sunken">
      <div className={classes("min-h-0 flex-1 py-2 pr-1 pl-3", state === "away" && "grayscale")}>
        <div ref={box} className="size-full" />
      </div>
      <Standing session={session} again={again} />
    </div>
  );
}

function Standing({ session, again }: { session: Session; again: () => void }) {
  const another = (
    <Button small onClick={again}>
      Open another
    </Button>
  );
  switch (session.state) {
    case "away":
      return <Line tone="warn">Reconnecting. The shell goes on; what is typed arrives when the connection is back.</Line>;
    case "elsewhere":
      return (
        <Line tone="idle" act={<Button small onClick={() => void attach(session.key)}>Show it here</Button>}>
          Another window shows this terminal.
        </Line>
      );
    case "ended":
      return (
        <Line tone={session.exitCode === 0 ? "idle" : "warn"} act={another}>
          {session.exitCode === null ? "The shell has ended." : `The shell has ended with exit code ${session.exitCode}.`}
        </Line>
      );
    case "gone":
      return (
        <Line tone="idle" act={another}>
          The shell is gone: the agent was started anew, or nobody looked at it for 10 minutes.
        </Line>
      );
    default:
      return null;
  }
}

function Line({ tone, act, children }: { tone: Tone; act?: ReactNode; children: ReactNode }) {
  return (
    <div role="status" className="flex min-h-10 shrink-0 items-center gap-2.5 border-t border-line bg-surface px-3 py-1.5 text-xs">
      <Dot tone={tone} />
      <p className="min-w-0 flex-1 text-text-2">{children}</p>
      {act}
    </div>
  );
}
