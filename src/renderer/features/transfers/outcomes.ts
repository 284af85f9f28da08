import { useEffect, useRef } from "react";
import { toast } from "sonner";
import type { Transfer } from "../../../contract/index.ts";
import { isGoing, useAllTransfers } from "../../data/transfers.ts";
import { client, inElectron } from "../../link.ts";
import { takenOf } from "./words.ts";

/** Tells of the end of every transfer that ends while the window looks, however short it was. */
export function useTransferOutcomes() {
  const transfers = useAllTransfers();
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!transfers) return;
    const ended = transfers.filter((transfer) => !isGoing(transfer));
    const before = known.current;
    known.current = new Set([...(before ?? []), ...ended.map(({ id }) => id)]);
    for (const transfer of before ? ended : []) if (!before!.has(transfer.id)) tell(transfer);
  }, [transfers]);
}

function tell({ id, name, direction, state, problem, variables, onDisk }: Transfer) {
  const show = onDisk && inElectron ? { label: "Show", onClick: () => void client.transfers.show({ id }).catch(() => {}) } : undefined;
  if (state === "done") toast.success(variables ? takenOf(variables) : `${name} ${direction === "down" ? "downloaded" : "uploaded"}`, { description: variables ? `From ${name}. They take effect with the next deployment.` : undefined, action: show });
  else if (state === "failed") toast.error(direction === "down" ? `${name} was not downloaded` : `Nothing of ${name} was taken`, { description: problem ? `${problem.message} ${problem.next}` : undefined, duration: 12_000 });
}
