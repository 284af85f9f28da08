import { useState } from "react";
import { electron, linkState } from "../link.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/note.tsx";

/** The page without its program: the token is old, or the program has ended. */
export function LinkLost() {
  return (
    <main className="flex h-full items-center justify-center">
      <Empty title="Aeroplane does not answer on this computer" act={<Button onClick={() => location.reload()}>Try again</Button>}>
        The program behind this page has ended, or its address is from an earlier start. Start Aeroplane and open the address that it prints.
      </Empty>
    </main>
  );
}

const STOPPED = "What connects to your servers ended several times in a row, and was not started again.";

/** The window with nothing behind it, before there was ever anything to show. */
export function ServicesStopped() {
  return (
    <main className="flex h-full items-center justify-center">
      <Empty title="Aeroplane's services have stopped" act={<StartAgain />}>
        {STOPPED} Your servers and apps are not affected. {linkState.why()}
      </Empty>
    </main>
  );
}

/** Above what was last known: it is still there to read. */
export function LinkBanner({ state }: { state: "opening" | "refused" | "stopped" }) {
  return (
    <div role="status" className="flex shrink-0 items-center justify-center gap-3 border-b border-line bg-warn-tint px-4 py-1.5 text-warn">
      <p className="min-w-0 [overflow-wrap:anywhere]">{state === "stopped" ? [STOPPED, linkState.why()].filter(Boolean).join(" ") : words[state]}</p>
      {state === "stopped" && <StartAgain />}
    </div>
  );
}

const words = {
  opening: electron ? "Aeroplane's services are starting." : "Aeroplane on this computer does not answer. Trying again.",
  refused: "Aeroplane has ended, or was started anew: open the address that it prints.",
};

function StartAgain() {
  const [pending, setPending] = useState(false);
  const start = () => {
    setPending(true);
    void electron?.startServices().finally(() => setPending(false));
  };
  return (
    <Button small working={pending} onClick={start}>
      Start again
    </Button>
  );
}
