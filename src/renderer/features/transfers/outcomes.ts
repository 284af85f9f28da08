import { toast } from "sonner";
import { readContext } from "../../actions/context.ts";
import { offersFor } from "../../actions/steps.ts";
import type { Problem } from "@aeroplane/agent/contract";
import type { Transfer } from "../../../contract/index.ts";
import { useNewlyEnded } from "../../data/ended.ts";
import { isGoing, useAllTransfers } from "../../data/transfers.ts";
import { client, inElectron } from "../../link.ts";
import { takenOf } from "./words.ts";

/** Tells of the end of every transfer that ends while the window looks, however short it was. */
export function useTransferOutcomes() {
  useNewlyEnded("", useAllTransfers(), hasEnded, tellAll);
}

const hasEnded = (transfer: Transfer) => !isGoing(transfer);
const tellAll = (transfers: Transfer[]) => transfers.forEach(tell);

function tell({ id, name, direction, state, problem, variables, onDisk }: Transfer) {
  const show = onDisk && inElectron ? { label: "Show", onClick: () => void client.transfers.show({ id }).catch(() => {}) } : undefined;
  if (state === "done") toast.success(variables ? takenOf(variables) : `${name} ${direction === "down" ? "downloaded" : "uploaded"}`, { description: variables ? `From ${name}. They take effect ${variables.staged ? "when they are deployed" : "with the next deployment"}.` : undefined, action: show });
  else if (state === "failed") toast.error(direction === "down" ? `${name} was not downloaded` : `Nothing of ${name} was taken`, { description: problem ? `${problem.message} ${problem.next}` : undefined, action: problem ? pressed(problem) : undefined, duration: 12_000 });
}

/** A toast has room for one button: the first that applies. */
function pressed(problem: Problem) {
  const first = offersFor(problem, readContext()).find((offer) => "run" in offer);
  return first && { label: first.word, onClick: first.run };
}
