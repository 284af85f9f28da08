import type { Service, StagedRow } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { shown } from "../../actions/shortcuts.ts";
import { useStage } from "../../actions/stage-acts.ts";
import { answers } from "../../data/servers.ts";
import { Button } from "../../ui/button.tsx";
import { Line } from "../../ui/text.tsx";
import { refusedNow } from "./refused.ts";
import { changes, summaryOf } from "./words.ts";

type Props = { server: Server; environmentId: string; rows: StagedRow[]; services: Service[]; covered: number };

/** What was edited and waits for a deploy; floats at the bottom. */
export function StagedBar({ server, environmentId, rows, services, covered }: Props) {
  const working = useStage(({ deploying }) => deploying.has(environmentId));
  const refused = refusedNow(server);
  // Beside the drawer there is room for what is done most.
  const narrow = covered > 0;
  const run = (id: string) => () => {
    const act = action(id);
    const context = readContext();
    if (act.when(context)) act.run(context);
  };
  return (
    <section
      aria-label="Staged changes"
      style={{ left: `calc((100% - ${covered}px) / 2)`, maxWidth: `calc(100% - ${covered + 40}px)` }}
      className="rise-in absolute bottom-[18px] z-10 flex h-[46px] -translate-x-1/2 items-center gap-2 rounded-lg bg-raised pr-2 pl-3.5 shadow-float ring-1 ring-edge"
    >
      <span role="status" className="tabular shrink-0 rounded-full bg-accent-tint px-2 py-0.5 text-[11px] font-medium text-accent">
        {narrow ? `${rows.length} staged` : `${changes(rows.length)} staged`}
      </span>
      {!narrow && (
        <>
          <Line className="ml-1 max-w-96 text-text-2">{summaryOf(rows, (id) => services.find((service) => service.id === id)?.name)}</Line>
          <Button kind="quiet" className="ml-2" refused={refused} onClick={run("staged.discard")}>
            Discard all
          </Button>
        </>
      )}
      <Button disabled={!answers(server)} onClick={run("staged.review")}>
        Review
      </Button>
      <Button kind="primary" shortcut={shown("shift+enter")} working={working} refused={refused} onClick={run("staged.deploy")}>
        Deploy
      </Button>
    </section>
  );
}
