import { ArrowRightIcon, LockIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { StagedDifference } from "@aeroplane/agent/contract";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { stagedValue } from "./rows.ts";
import { settingLines, type Line } from "./settings.ts";
import { rowWord, volumeWords } from "./words.ts";

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** The values of a plain variable that may be shown: before and after. */
export function valuesOf(row: StagedDifference): { before: string | null; after: string | null } {
  return { before: row.wanted?.kind === "plain" ? text(row.wanted.value) : null, after: stagedValue(row) };
}

/** Whether there is something under the dots. */
export const isMasked = (row: StagedDifference): boolean => row.aspect === "variable" && (valuesOf(row).before !== null || valuesOf(row).after !== null);

/** What a row makes of what is there now. */
export function ChangeOf({ row, revealed }: { row: StagedDifference; revealed: boolean }) {
  if (row.aspect === "volume") return <span className="text-text-2 [overflow-wrap:anywhere]">{volumeWords(row)}</span>;
  if (row.aspect !== "variable") {
    const lines = settingLines(row.name, row.wanted?.value, row.value);
    return (
      <ul className="flex flex-col gap-1">
        {row.act !== "set" && <li className="text-text-2">{rowWord(row, false)}</li>}
        {lines.map((line) => (
          <li key={line.name}>
            <SettingLine line={line} of={lines.length > 1 || typeof row.value === "object" ? line.name : null} />
          </li>
        ))}
      </ul>
    );
  }
  return <VariableChange row={row} revealed={revealed} />;
}

function SettingLine({ line, of }: { line: Line; of: string | null }) {
  return (
    <span className="[overflow-wrap:anywhere]">
      {of !== null && <span className="mr-2 text-text-2">{of}</span>}
      <Before value={line.before} unset={line.unset} />
      {" "}
      <After>{line.after === null ? <span className="text-text">{line.unset}</span> : <span className="font-mono text-text">{line.after}</span>}</After>
    </span>
  );
}

function Before({ value, unset }: { value: string | null; unset: string }) {
  return value === null ? <span className="text-text-2">{unset}</span> : <del className="font-mono text-text-2 decoration-text-3">{value}</del>;
}

/** In one piece with its arrow, wherever the line breaks. */
function After({ children }: { children: ReactNode }) {
  return (
    <span className="inline-block max-w-full align-top">
      <span className="mr-1.5 inline-flex translate-y-[2px] text-text-3">
        <Icon of={ArrowRightIcon} size={12} />
        <span className="sr-only">becomes</span>
      </span>
      {children}
    </span>
  );
}

function VariableChange({ row, revealed }: { row: StagedDifference; revealed: boolean }) {
  const { before, after } = valuesOf(row);
  const word = rowWord(row, row.wanted === null);
  const wasSecret = row.wanted !== null && row.wanted.kind !== "plain";
  if (row.kind !== "plain" && row.act !== "removed") {
    return (
      <span className="flex items-center gap-1.5 text-text-2">
        <Icon of={LockIcon} size={13} className="shrink-0 text-text-3" />
        {word}
      </span>
    );
  }
  return (
    <span className={classes("[overflow-wrap:anywhere]", revealed && "block max-h-40 overflow-y-auto")} {...(revealed ? { tabIndex: 0, role: "group", "aria-label": `Values of ${row.name}` } : {})}>
      {word && <span className="mr-2 text-text-2">{word}</span>}
      {row.wanted !== null && (wasSecret ? <span className="text-text-2">secret</span> : <Value value={before} revealed={revealed} old />)}
      {row.act !== "removed" && row.wanted === null && <Value value={after} revealed={revealed} />}
      {row.act !== "removed" && row.wanted !== null && (
        <>
          {" "}
          <After>
            <Value value={after} revealed={revealed} />
          </After>
        </>
      )}
    </span>
  );
}

function Value({ value, revealed, old = false }: { value: string | null; revealed: boolean; old?: boolean }) {
  if (!revealed || value === null) {
    return (
      <>
        <span aria-hidden className="font-mono tracking-widest text-text-3">
          ••••••
        </span>
        <span className="sr-only">{old ? "a sealed value" : "another sealed value"}</span>
      </>
    );
  }
  if (value === "") return <span className="text-text-2">(empty)</span>;
  return old ? <del className="font-mono whitespace-pre-wrap text-text-2 decoration-text-3">{value}</del> : <ins className="font-mono whitespace-pre-wrap text-text no-underline">{value}</ins>;
}
