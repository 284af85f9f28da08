import type { Service, StagedRow } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { answers } from "../../data/servers.ts";
import { Button } from "../../ui/button.tsx";
import { Line } from "../../ui/text.tsx";
import { changes, rowName } from "./words.ts";

/** In the drawer of a service: what of it waits, which a plain deploy leaves where it is. */
export function StagedStrip({ server, service, rows }: { server: Server; service: Service; rows: StagedRow[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-label="Staged changes of the service" className="flex h-10 items-center gap-2.5 border-b border-line bg-sunken pr-3 pl-5">
      <span className="tabular shrink-0 rounded-full bg-accent-tint px-2 py-0.5 text-[11px] font-medium text-accent">{`${changes(rows.length)} staged`}</span>
      <Line className="flex-1 text-xs text-text-2">{rows.map(rowName).join(", ")}</Line>
      <Button small disabled={!answers(server)} onClick={() => action("staged.review").run(readContext({ service }))}>
        Review
      </Button>
    </section>
  );
}
