import type { Connection, Server, UninstallBatch } from "../../../contract/index.ts";
import { duration } from "../../data/time.ts";
import { StepIcon, type StepState } from "../../ui/state.tsx";
import { classes } from "../../ui/classes.ts";

type Step = UninstallBatch["steps"][number];
type Row = { label: string; state: StepState; time: string | null; line?: string };

/** The way to a ready server as rows, from whatever state the connection is in. */
function rowsOf(server: Server): Row[] {
  const { connection } = server;
  const row = (label: string, state: StepState): Row => ({ label, state, time: null });
  const address = server.login ? server.login.address : "this machine";
  const early: Connection["state"][] = ["offline", "connecting", "reconnecting"];
  const known = "steps" in connection ? connection.steps : undefined;
  if (known) {
    const before = server.login ? [row(`Reached ${address}`, "done"), row(`Signed in as ${server.login.user}`, "done")] : [];
    // The way to the server belongs to the story, unless its own steps tell it.
    const told = known.some((step) => step.label.startsWith("Reached"));
    // What ran when the agent answered, or when it broke off, runs no more.
    const end = connection.state === "ready" ? "done" : connection.state === "failed" ? "failed" : "running";
    const steps = known.map((step) => rowOf(step.state === "running" ? { ...step, state: end } : step));
    return told ? steps : [...before, ...steps];
  }
  const reach = connection.state === "failed" ? "failed" : early.includes(connection.state) ? "running" : "done";
  const sign = connection.state === "verifying" || connection.state === "needs-you" ? "running" : connection.state === "ready" ? "done" : "waiting";
  const prepare = connection.state === "ready" ? "done" : "waiting";
  return [row(`Reaching ${address}`, reach), ...(server.login ? [row(`Signing in as ${server.login.user}`, sign)] : []), row("Starting the agent", prepare)];
}

function rowOf({ label, state, progress, milliseconds, line }: Step): Row {
  const running = state === "running";
  return {
    label: label + (progress !== null && running ? ` · ${Math.round(progress * 100)} %` : ""),
    state,
    time: milliseconds === null ? null : duration(milliseconds),
    ...(running && line ? { line } : {}),
  };
}

export function Steps({ server }: { server: Server }) {
  return <Rows rows={rowsOf(server)} />;
}

/** The steps of any long act on a server. */
export function StepList({ steps }: { steps: readonly Step[] }) {
  return <Rows rows={steps.map(rowOf)} />;
}

function Rows({ rows }: { rows: Row[] }) {
  return (
    <ol aria-label="Steps" className="rounded-lg border border-line px-3 py-2.5">
      {rows.map((row) => (
        <li key={row.label} className="flex min-h-[30px] items-center gap-2.5">
          <StepIcon state={row.state} tone="accent" />
          <span className={classes("min-w-0 flex-1 [overflow-wrap:anywhere]", row.state === "waiting" && "text-text-2")}>
            {row.label}
            {/* What a package manager says changes ten times a second: one line, of one height, and not read out. */}
            {row.line && (
              <span aria-hidden title={row.line} className="block truncate font-mono text-[11px] text-text-3">
                {row.line}
              </span>
            )}
          </span>
          {row.time && <span className="tabular shrink-0 text-xs text-text-2">{row.time}</span>}
        </li>
      ))}
    </ol>
  );
}
