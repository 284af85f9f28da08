import { agreeToLoss, dropLoss, useLosses, type Loss } from "../../actions/loss.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../confirm.tsx";

/** Acts that wait for the yes to what they take along, one after the other. */
export function Losses() {
  const [first] = useLosses((losses) => losses.asked);
  return first ? <LossDialog key={first.id} loss={first} /> : null;
}

function LossDialog({ loss }: { loss: Loss }) {
  return (
    <ConfirmDialog
      title={loss.title}
      about={`The containers of ${loss.service} go, and with them what they keep in volumes of their image. It cannot be brought back: what is needed has to be copied out first.`}
      goes={loss.paths.map((path) => `The data in ${path}`)}
      other={
        loss.keep && (
          <Button kind="quiet" className="mr-auto -ml-3" onClick={() => (dropLoss(loss.id), loss.keep?.())}>
            Keep it in a volume
          </Button>
        )
      }
      name={null}
      word={loss.word}
      act={() => agreeToLoss(loss)}
      onClose={() => dropLoss(loss.id)}
    />
  );
}
