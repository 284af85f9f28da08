import { EyeIcon, EyeOffIcon, HardDriveIcon, Undo2Icon, VariableIcon } from "lucide-react";
import { useState } from "react";
import type { Service, StagedDifference } from "@aeroplane/agent/contract";
import { serviceIcon } from "../../shapes/shapes.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Age, Line } from "../../ui/text.tsx";
import { ChangeOf, isMasked } from "./change.tsx";
import type { Shown } from "./parts.ts";
import { canRestage } from "./rows.ts";
import { changes, rowName } from "./words.ts";

type Acts = { refused: string | null; onDiscard: (row: StagedDifference) => void; onUndo: (row: StagedDifference) => void };

/** What waits of one owner. */
export function Part({ name, service, rows, ...acts }: { name: string; service: Service | undefined; rows: Shown[] } & Acts) {
  return (
    <section aria-label={name}>
      <header className="mb-1.5 flex items-center gap-2">
        <Icon of={service ? serviceIcon(service) : VariableIcon} size={14} className="shrink-0 text-text-2" />
        <h3 className="min-w-0">
          <Line className="font-semibold">{name}</Line>
        </h3>
        <span className="tabular shrink-0 text-xs text-text-2">{changes(rows.filter(({ gone }) => !gone).length)}</span>
      </header>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {rows.map((row) => (
          <Row key={`${row.aspect} ${row.name} ${row.gone}`} row={row} {...acts} />
        ))}
      </ul>
    </section>
  );
}

function Row({ row, refused, onDiscard, onUndo }: { row: Shown } & Acts) {
  // By its id: where another row has come to its place, nothing is asked of that one, or shown.
  const [revealedId, setRevealed] = useState<string | null>(null);
  const [askedId, setAsked] = useState<string | null>(null);
  const [revealed, asked] = [revealedId === row.id, askedId === row.id];
  const { gone } = row;
  const name = rowName(row);
  const discard = () => (canRestage(row) ? onDiscard(row) : setAsked(row.id));
  return (
    <li className={classes("grid min-h-9 grid-cols-[minmax(0,28%)_minmax(0,1fr)_auto] items-start gap-x-3 py-1 pr-1.5 pl-3 text-xs [content-visibility:auto] [contain-intrinsic-size:auto_36px]", gone && "bg-sunken first:rounded-t-lg last:rounded-b-lg")}>
      <span className="flex min-w-0 items-center gap-1.5 py-1.5">
        {row.aspect === "volume" && <Icon of={HardDriveIcon} size={13} className="shrink-0 text-text-3" />}
        <Line mono={row.aspect !== "setting"} className={classes("text-xs font-medium", gone && "text-text-2 line-through")}>
          {row.aspect === "volume" ? row.name : name}
        </Line>
        {row.fresh && <span className="shrink-0 rounded-full bg-accent-tint px-1.5 text-[11px]/[16px] font-medium text-accent">just now</span>}
      </span>
      <div className="min-w-0 py-1.5">
        <ChangeOf row={row} revealed={revealed} />
        {asked && <p className="mt-1 text-text-2">Its value is secret: once discarded it has to be typed again.</p>}
      </div>
      <span className="flex items-center">
        {asked ? (
          <span className="flex gap-1.5">
            <Button small kind="danger" autoFocus refused={refused} onClick={() => (setAsked(null), onDiscard(row))}>
              Discard
            </Button>
            <Button small kind="quiet" onClick={() => setAsked(null)}>
              Keep
            </Button>
          </span>
        ) : gone ? (
          <>
            <span className="mr-2 text-text-2">Discarded</span>
            {canRestage(row) && (
              <Button small autoFocus refused={refused} onClick={() => onUndo(row)}>
                Undo
              </Button>
            )}
          </>
        ) : (
          <>
            <span className="mr-1.5 flex items-baseline gap-1 text-text-2">
              <Line className="max-w-24 text-xs">{row.by ?? "Somebody"}</Line>
              <span aria-hidden>·</span>
              <Age at={row.at} />
            </span>
            <span className="flex w-7 justify-center">
              {isMasked(row) && (
                <IconButton label={revealed ? `Hide ${name}` : `Reveal ${name}`} className="!size-7" onClick={() => setRevealed(revealed ? null : row.id)}>
                  <Icon of={revealed ? EyeOffIcon : EyeIcon} size={14} />
                </IconButton>
              )}
            </span>
            <IconButton label={`Discard the change of ${name}`} autoFocus={row.back} className="!size-7" refused={refused} onClick={discard}>
              <Icon of={Undo2Icon} size={14} />
            </IconButton>
          </>
        )}
      </span>
    </li>
  );
}
