import { CheckIcon, ChevronDownIcon, CircleAlertIcon, CircleIcon, ClockIcon, TriangleAlertIcon, WrapTextIcon, XIcon, type LucideIcon } from "lucide-react";
import type { Deployment, LogLevel } from "@aeroplane/agent/contract";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Menu, type MenuItem } from "../../ui/menu.tsx";
import type { Wanted } from "./wanted.ts";

type Option = { id: string; name: string; icon?: LucideIcon; chosen: boolean; run: () => void };

/** A choice that says what it stands at; the menu has it marked. */
function Choice({ label, value, options }: { label: string; value: string; options: Option[] }) {
  const items = options.map(({ id, name, icon, chosen, run }): MenuItem => ({ id, name, icon: chosen ? CheckIcon : (icon ?? CircleIcon), run }));
  return (
    <Menu
      align="start"
      items={items}
      trigger={
        <Button small kind="quiet" className="max-w-64 min-w-0 !shrink !px-1.5" aria-label={`${label}: ${value}`} title={value}>
          <span className="truncate">{value}</span>
          <Icon of={ChevronDownIcon} size={14} className="shrink-0" />
        </Button>
      }
    />
  );
}

const levels: { level: LogLevel | null; name: string; icon?: LucideIcon }[] = [
  { level: null, name: "Any level" },
  { level: "info", name: "All but debug" },
  { level: "warn", name: "Warnings and errors", icon: TriangleAlertIcon },
  { level: "error", name: "Errors", icon: CircleAlertIcon },
];
export const BETWEEN = "Between two times";
const MINUTE = 60_000;
const spans = [
  { name: "Last 15 minutes", long: 15 * MINUTE },
  { name: "Last hour", long: 60 * MINUTE },
  { name: "Last 24 hours", long: 24 * 60 * MINUTE },
];

type Props = {
  wanted: Wanted;
  onChange: (wanted: Wanted) => void;
  /** Whose lines stand apart. */
  failed: Deployment[];
  titleOf: (release: string) => string;
  wraps: boolean;
  onWraps: (wraps: boolean) => void;
};

/** Level, time, release, and whether long lines wrap. */
export function Filters({ wanted, onChange, failed, titleOf, wraps, onWraps }: Props) {
  const { level, time, release } = wanted;
  const id = typeof release === "object" ? release?.id : undefined;
  const releaseName = id !== undefined ? `Failed: ${titleOf(id)}` : release === "all" ? "All releases" : "Releases that were live";
  return (
    <div className="flex min-w-0 flex-1 items-center gap-1">
      <Choice
        label="Level"
        value={levels.find((each) => each.level === level)!.name}
        options={levels.map((each) => ({ id: each.name, name: each.name, icon: each.icon, chosen: each.level === level, run: () => onChange({ ...wanted, level: each.level }) }))}
      />
      <Choice
        label="Time"
        value={time?.name ?? "Any time"}
        options={[
          { id: "any", name: "Any time", chosen: time === null, run: () => onChange({ ...wanted, time: null }) },
          ...spans.map(({ name, long }) => ({ id: name, name, icon: ClockIcon, chosen: time?.name === name, run: () => onChange({ ...wanted, time: { name, from: Date.now() - long } }) })),
          { id: "between", name: BETWEEN, icon: ClockIcon, chosen: time?.name === BETWEEN, run: () => onChange({ ...wanted, time: { name: BETWEEN, ...(time?.from === undefined ? {} : { from: time.from }) } }) },
        ]}
      />
      {failed.length > 0 && (
        <Choice
          label="Releases"
          value={releaseName}
          options={[
            { id: "live", name: "Releases that were live", chosen: release === null, run: () => onChange({ ...wanted, release: null }) },
            { id: "all", name: "All releases", chosen: release === "all", run: () => onChange({ ...wanted, release: "all" }) },
            ...failed.slice(0, 20).map(({ releaseId }) => ({ id: releaseId!, name: `Failed: ${titleOf(releaseId!)}`, icon: CircleAlertIcon, chosen: releaseId === id, run: () => onChange({ ...wanted, release: { id: releaseId! } }) })),
          ]}
        />
      )}
      <IconButton label={wraps ? "Leave long lines in one line" : "Wrap long lines"} aria-pressed={wraps} onClick={() => onWraps(!wraps)} className={classes("ml-auto", wraps && "!text-accent")}>
        <Icon of={WrapTextIcon} />
      </IconButton>
    </div>
  );
}

/** As a field of a form has it: in this computer's own zone. */
const fieldOf = (at: number | undefined): string => (at === undefined ? "" : new Date(at - new Date(at).getTimezoneOffset() * MINUTE).toISOString().slice(0, 19));
const timeOf = (field: string): number | undefined => (field === "" ? undefined : new Date(field).getTime());

/** Two times, of which one may be left open. */
export function Between({ time, onChange, onClose }: { time: Wanted["time"]; onChange: (time: Wanted["time"]) => void; onClose: () => void }) {
  const set = (from: number | undefined, until: number | undefined) =>
    onChange({ name: BETWEEN, ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) });
  const wrong = time?.from !== undefined && time.until !== undefined && time.until <= time.from;
  const input = "h-[26px] rounded-sm border border-line-2 bg-control px-1.5 text-xs text-text";
  return (
    <>
      <label className="flex items-center gap-1.5 text-xs">
        From
        <input type="datetime-local" step={1} value={fieldOf(time?.from)} onChange={(event) => set(timeOf(event.target.value), time?.until)} className={input} />
      </label>
      <label className="flex items-center gap-1.5 text-xs">
        until
        <input type="datetime-local" step={1} value={fieldOf(time?.until)} aria-invalid={wrong || undefined} onChange={(event) => set(time?.from, timeOf(event.target.value))} className={input} />
      </label>
      {wrong && <span className="min-w-0 truncate text-xs text-bad">The end is not after the beginning.</span>}
      <IconButton label="Any time" onClick={onClose} className="ml-auto">
        <Icon of={XIcon} size={14} />
      </IconButton>
    </>
  );
}
