import { ArrowDownToLineIcon, ArrowUpFromLineIcon, FolderOpenIcon, XIcon } from "lucide-react";
import { FootList } from "../../app/foot-list.tsx";
import type { Server, Transfer } from "../../../contract/index.ts";
import { isGoing, useTransfers } from "../../data/transfers.ts";
import { client, inElectron } from "../../link.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { ProblemLines } from "../../ui/note.tsx";
import { Bar } from "../../ui/state.tsx";
import { Age, Line } from "../../ui/text.tsx";
import { ErrorsAbout } from "../steps.tsx";
import { lineOf } from "./words.ts";

/** Stands in the side's foot while there is a file on its way or one that came; opens the list of them. */
export function TransfersButton({ server, narrow }: { server: Server; narrow: boolean }) {
  const transfers = useTransfers(server);
  if (transfers.length === 0) return null;
  const going = transfers.filter(isGoing);
  const words = going.length === 0 ? (transfers.length === 1 ? "1 transfer" : `${transfers.length} transfers`) : going.length === 1 ? "1 transfer runs" : `${going.length} transfers run`;
  return (
    <FootList title="Transfers" words={words} narrow={narrow} icon={<Icon of={going[0]?.direction === "up" ? ArrowUpFromLineIcon : ArrowDownToLineIcon} className={going.length > 0 ? "text-warn" : ""} />}>
      {transfers.map((transfer) => (
        <TransferRow key={transfer.id} server={server} transfer={transfer} />
      ))}
    </FootList>
  );
}

function TransferRow({ server, transfer }: { server: Server; transfer: Transfer }) {
  const { id, name, direction, done, size, state, problem, at, onDisk } = transfer;
  const going = isGoing(transfer);
  return (
    <li className="flex items-start gap-2.5 px-4 py-2">
      <Icon of={direction === "down" ? ArrowDownToLineIcon : ArrowUpFromLineIcon} className={classes("mt-0.5 shrink-0", state === "done" ? "text-ok" : state === "failed" ? "text-bad" : "text-text-2")} />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <span title={name} className="min-w-0 flex-1 truncate font-medium">
            {name}
          </span>
          <Age at={at} className="text-xs text-text-2" />
        </div>
        {problem ? (
          <ErrorsAbout value={{ server }}>
            <ProblemLines problem={problem} />
          </ErrorsAbout>
        ) : (
          <Line className="tabular text-xs text-text-2">{lineOf(transfer)}</Line>
        )}
        {going && (
          <div className="mt-1.5">
            <Bar value={size === 0 ? null : done / size} label={name} />
          </div>
        )}
      </div>
      {going && (
        <Button small onClick={() => void client.transfers.cancel({ id }).catch(() => {})}>
          Cancel
        </Button>
      )}
      {onDisk && inElectron && (
        <IconButton className="-my-1" label={`Show ${name} in its folder`} onClick={() => void client.transfers.show({ id }).catch(() => {})}>
          <Icon of={FolderOpenIcon} />
        </IconButton>
      )}
      {!going && (
        <IconButton className="-my-1" label={`Take ${name} off the list`} onClick={() => void client.transfers.dismiss({ id }).catch(() => {})}>
          <Icon of={XIcon} />
        </IconButton>
      )}
    </li>
  );
}
