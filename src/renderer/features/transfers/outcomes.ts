import { useEffect, useRef } from "react";
import { toast } from "sonner";
import type { Transfer } from "../../../contract/index.ts";
import { isGoing, useAllTransfers } from "../../data/transfers.ts";
import { client, inElectron } from "../../link.ts";
import { takenOf } from "./words.ts";

/** Tells of the end of every transfer that was seen running. */
export function useTransferOutcomes() {
  const transfers = useAllTransfers();
  const running = useRef(new Set<string>());
  useEffect(() => {
    for (const transfer of transfers ?? []) {
      if (isGoing(transfer)) running.current.add(transfer.id);
      else if (running.current.delete(transfer.id)) tell(transfer);
    }
  }, [transfers]);
}

function tell({ id, name, direction, state, problem, variables, onDisk }: Transfer) {
  const show = onDisk && inElectron ? { label: "Show", onClick: () => void client.transfers.show({ id }).catch(() => {}) } : undefined;
  if (state === "done") toast.success(variables ? takenOf(variables) : `${name} ${direction === "down" ? "downloaded" : "uploaded"}`, { description: variables ? `From ${name}. They take effect with the next deployment.` : undefined, action: show });
  else if (state === "failed") toast.error(direction === "down" ? `${name} was not downloaded` : `Nothing of ${name} was taken`, { description: problem ? `${problem.message} ${problem.next}` : undefined, duration: 12_000 });
}
