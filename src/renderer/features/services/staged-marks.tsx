import { Undo2Icon } from "lucide-react";
import type { ReactNode } from "react";
import type { Service, StagedRow } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { takeBack } from "../../actions/stage-acts.ts";
import { refusedNow } from "../staged/refused.ts";
import { withStaged } from "../staged/rows.ts";
import { settingName } from "../staged/settings.ts";
import { Icon } from "../../ui/icon.tsx";
import { StagedMark } from "../../ui/mark.tsx";
import { Tooltip } from "../../ui/tooltip.tsx";
import { draftOf, type DraftField } from "./config.ts";

/** Of each staged setting the fields that it changes. */
export function fieldsOfRows(service: Service, rows: readonly StagedRow[]): [StagedRow, DraftField[]][] {
  const before = draftOf(service);
  return rows
    .filter(({ aspect }) => aspect === "setting")
    .map((row) => {
      const after = draftOf(withStaged(service, [row]));
      return [row, (Object.keys(after) as DraftField[]).filter((field) => after[field] !== before[field])];
    });
}

/** What stands beside the label of each field that is staged, and takes it back. */
export function marksOf(server: Server, service: Service, rows: readonly StagedRow[]): Partial<Record<DraftField, ReactNode>> {
  const refused = refusedNow(server);
  const marks = fieldsOfRows(service, rows).flatMap(([row, fields]) => fields.map((field) => [field, <Mark key={row.id} row={row} refused={refused} onTakeBack={() => takeBack(server, [row])} />]));
  return Object.fromEntries(marks) as Partial<Record<DraftField, ReactNode>>;
}

function Mark({ row, refused, onTakeBack }: { row: StagedRow; refused: string | null; onTakeBack: () => void }) {
  const label = `Take back the change of ${settingName(row.name)}`;
  return (
    <>
      <StagedMark by={row.by} at={row.at} />
      <Tooltip label={refused ?? label}>
        <button type="button" aria-label={label} aria-disabled={refused ? true : undefined} onClick={refused ? undefined : onTakeBack} className="-my-1 flex size-5 shrink-0 items-center justify-center rounded-sm text-text-2 hover:bg-hover hover:text-text">
          <Icon of={Undo2Icon} size={13} />
        </button>
      </Tooltip>
    </>
  );
}
