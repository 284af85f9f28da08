import type { Service, Deployment, StagedRow } from "@aeroplane/agent/contract";
import { CircleAlertIcon, TriangleAlertIcon } from "lucide-react";
import { action, menuOf, serviceMenu } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { go } from "../../app/view.ts";
import { isCommitted, runningDeployment } from "../../data/agent.ts";
import { fractionOf, strangeState } from "../../data/jobs.ts";
import type { Tone } from "../../data/servers.ts";
import { elapsed, useNow } from "../../data/time.ts";
import { restingLine } from "../../shapes/shapes.ts";
import { sourceLine } from "../../shapes/sources.ts";
import { useUnsavedTabs } from "../../drafts/unsaved.ts";
import { withStaged } from "../staged/rows.ts";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { ContextMenu } from "../../ui/menu.tsx";
import { Bar, Dot, State } from "../../ui/state.tsx";
import { Age, Line } from "../../ui/text.tsx";
import { Unsaved } from "../../ui/unsaved.tsx";
import { instancesOf } from "./instances.ts";
import { insideOf } from "./names.ts";
import { VolumesMark, volumesWords } from "../volumes/mark.tsx";
import { unseenLine } from "./unseen.ts";
import { reachedLine } from "./reached.ts";
import { restingState, stateLine } from "./state-table.ts";
import { iconOf, placeOf, servingLine, stateOf, wantsDomain } from "./states.ts";

export const CARD_HEIGHT = 132;

type Props = { serverId: string; service: Service; /** Edits of it that wait. */ staged: StagedRow[]; selected: boolean; tabIndex: number; "data-index": number };

/** One service: what it is, where, its state, one live line, its last change. */
export function ServiceCard({ serverId, service, staged, selected, ...focusable }: Props) {
  const unsaved = useUnsavedTabs(serverId, withStaged(service, staged)).size > 0;
  const { word, tone } = stateOf(service);
  const running = runningDeployment(service);
  const serving = servingLine(service);
  const place = placeOf(service);
  const count = instancesOf(service);
  const domain = !running && isCalm(service) && wantsDomain(service) && action("service.domain").when(readContext({ service }));
  const card = (
    <ContextMenu
      items={() => menuOf(serviceMenu, readContext({ service }))}
      target={
        <button
          type="button"
          {...focusable}
          aria-pressed={selected}
          onClick={() => go.service(service.id)}
          className={classes(
            "flex h-full w-full flex-col rounded-lg border bg-surface px-3.5 pt-3 pb-3 text-left shadow-card",
            selected ? "border-accent ring-2 ring-accent/25" : "border-line hover:border-line-2",
          )}
        >
          <span className="sr-only">{[service.name, place, !isCommitted(service) && word, serving, count, volumesWords(service), stagedWords(service.stagedCount), unsaved && "not saved"].filter(Boolean).join(", ")}</span>
          <span aria-hidden className="flex w-full items-center gap-2.5">
            <span className="flex size-[30px] shrink-0 items-center justify-center rounded-md border border-line bg-bg text-text-2">
              <Icon of={iconOf(service)} />
            </span>
            <span className="min-w-0 flex-1">
              <Line className="text-base leading-[18px] font-semibold tracking-[-0.01em]">{service.name}</Line>
              <Line className="text-xs text-text-2">{place}</Line>
            </span>
            {unsaved && <Unsaved />}
            <State tone={tone}>{word}</State>
          </span>
          {running ? <Working deployment={running} service={service} serving={serving} tone={restingState(service).tone} /> : <Settled service={service} domain={domain} />}
        </button>
      }
    />
  );
  return (
    <div className="relative h-full">
      {card}
      {domain && (
        <Button small tabIndex={focusable.tabIndex} className="absolute top-[56px] right-3" onClick={() => action("service.domain").run(readContext({ service }))}>
          Add a domain
        </Button>
      )}
    </div>
  );
}

/** Nothing about it has to be said first. */
const isCalm = ({ state, lastDeployment, warnings, changed, reached }: Service) => state === "live" && !reached && lastDeployment?.state !== "failed" && warnings.length === 0 && !changed;

/** `serving`: what goes on beside it, and how well. */
function Working({ deployment, service, serving, tone }: { deployment: Deployment; service: Service; serving: string | null; tone: Tone }) {
  const now = useNow();
  const index = deployment.steps.findIndex((step) => step.state === "running");
  const step = deployment.steps[index];
  const done = deployment.steps.filter((each) => each.state === "done" || each.state === "skipped").length;
  const whole = Math.max(1, deployment.steps.length);
  const value = (done + (step ? (fractionOf(step.progress) ?? 0.3) : 0)) / whole;
  return (
    <>
      <span className="flex w-full flex-1 flex-col justify-center gap-2">
        {serving && (
          <span className="flex items-center gap-1.5 text-xs text-text-2">
            <Dot tone={tone} />
            <Line>{serving}</Line>
          </span>
        )}
        <Bar value={value} label="Deployment" />
      </span>
      <span className="flex w-full items-center gap-3 text-xs text-text-2">
        <span className="flex min-w-0 flex-1">
          <Line>{step ? (step.detail ?? step.words) : (strangeState(deployment) ?? "Waits for its turn")}</Line>
          {step && <span className="tabular shrink-0 whitespace-pre">{` · step ${index + 1} of ${whole}`}</span>}
        </span>
        <VolumesMark service={service} />
        <Staged count={service.stagedCount} />
        <span className="tabular shrink-0">{elapsed(now - deployment.createdAt)}</span>
      </span>
    </>
  );
}

const stagedWords = (count: number) => count > 0 && `${count} staged`;

/** Edits of it that wait: not what is live, and not yet what is wanted. */
function Staged({ count }: { count: number }) {
  const words = stagedWords(count);
  return words && <span className="tabular shrink-0 rounded-full bg-accent-tint px-1.5 text-[11px]/[16px] font-medium text-accent">{words}</span>;
}

/** `domain`: an act stands at its right. */
function Settled({ service, domain }: { service: Service; domain: boolean }) {
  return (
    <>
      <span className={classes("flex w-full min-w-0 flex-1 items-center gap-2", domain && "pr-28")}>
        <LiveLine service={service} />
        <Count service={service} />
      </span>
      <span className="flex w-full items-center gap-2 text-xs text-text-2">
        <LastChange service={service} />
      </span>
    </>
  );
}

function Count({ service }: { service: Service }) {
  const count = instancesOf(service);
  // The state says it where some are down.
  return count === null || service.state !== "live" ? null : <span className="tabular shrink-0 text-xs text-text-2">{count}</span>;
}

/** Of the last lines the one that says why: runtimes print their version and frames after it. */
function tellingLine(lines: string[]): string | undefined {
  const said = lines.filter((line) => line.trim() !== "");
  return (said.findLast((line) => /error|fatal|panic|exception|cannot|refused/i.test(line)) ?? said.at(-1))?.trim();
}

/** The one line that says most about it now. */
function LiveLine({ service }: { service: Service }) {
  const { lastDeployment: last, crashes } = service;
  const alarm = (icon: typeof CircleAlertIcon, tone: "bad" | "warn", text: string) => (
    <span className={classes("flex w-full min-w-0 items-center gap-2 rounded-sm px-2 py-1.5", tone === "bad" ? "bg-bad-tint" : "bg-warn-tint")}>
      <Icon of={icon} size={14} className={classes("shrink-0", tone === "bad" ? "text-bad" : "text-warn")} />
      <Line className="text-xs">{text}</Line>
    </span>
  );
  if (service.state === "crash-looping" && crashes) {
    const said = tellingLine(crashes.lastLines);
    if (crashes.outOfMemory) return alarm(CircleAlertIcon, "bad", `Out of memory · each instance may have ${crashes.outOfMemory}`);
    const exit = crashes.lastExitCode === null ? "" : `Exit ${crashes.lastExitCode} · `;
    return alarm(CircleAlertIcon, "bad", said ? exit + said : `${exit}${crashes.count} restarts`);
  }
  if (service.state === "unknown") return <Quiet text={unseenLine(service)} />;
  const { tone } = restingState(service);
  const line = stateLine(service);
  const bad = tone === "bad" || service.stoppedFor !== undefined;
  if (line && (bad || tone === "warn")) return alarm(bad ? CircleAlertIcon : TriangleAlertIcon, bad ? "bad" : "warn", line);
  const reached = reachedLine(service);
  if (reached) return alarm(TriangleAlertIcon, "warn", reached);
  if (last?.state === "failed" && last.problem) {
    return alarm(CircleAlertIcon, "bad", service.liveRelease ? `Last deploy failed: ${last.problem.message}` : last.problem.message);
  }
  const [warning] = service.warnings;
  if (warning) return alarm(TriangleAlertIcon, "warn", warning.message);
  if (service.changed) return <Quiet text="Changes wait for the next deploy" />;
  if (line) return <Quiet text={line} />;
  if (service.state === "empty") return <Quiet text="Deploy it to bring it live" />;
  const inside = insideOf(service);
  if (inside.length > 0) return <Quiet mono text={inside.join(", ")} label="Inside the project" />;
  return <Quiet text={restingLine(service.traits)} />;
}

function Quiet({ text, label, mono }: { text: string; label?: string; mono?: boolean }) {
  return (
    <span className="flex w-full min-w-0 items-center gap-2 text-xs text-text-2">
      {label && <span className="shrink-0">{label}</span>}
      <Line mono={mono} className={mono ? "text-text" : "text-xs"}>
        {text}
      </Line>
    </span>
  );
}

function LastChange({ service }: { service: Service }) {
  const release = service.liveRelease;
  const commit = release?.commit ?? service.lastDeployment?.commit;
  const at = release?.createdAt ?? service.lastDeployment?.createdAt ?? service.createdAt;
  const words = commit ? commit.message : sourceLine(service);
  return (
    <>
      {commit && <span className="shrink-0 font-mono text-xs text-text">{commit.sha.slice(0, 7)}</span>}
      <Line className="flex-1">{words}</Line>
      <VolumesMark service={service} />
      <Staged count={service.stagedCount} />
      <Age at={at} />
    </>
  );
}
