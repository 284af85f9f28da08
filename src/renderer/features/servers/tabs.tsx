import { Tabs } from "@base-ui/react/tabs";
import type { ServerTab } from "../../address/pages.ts";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useLastReport } from "../../data/doctor.ts";
import { Dot } from "../../ui/state.tsx";
import { toneOf, troubles } from "../doctor/summary.ts";

const tabs: { id: ServerTab; name: string }[] = [
  { id: "overview", name: "Overview" },
  { id: "doctor", name: "Doctor" },
];

/** What of a server is looked at; the doctor's name carries what its last look found. */
export function ServerTabs({ server }: { server: Server }) {
  const current = useView((view) => view.serverTab);
  const report = useLastReport(server);
  const wrong = report && troubles(report.checks);
  return (
    <Tabs.Root value={current} onValueChange={(value) => go.serverTab(value as ServerTab)}>
      <Tabs.List aria-label="About the server" className="relative flex shrink-0 gap-1 border-b border-line bg-surface px-3">
        {tabs.map((each) => (
          <Tabs.Tab
            key={each.id}
            value={each.id}
            className="group h-9 rounded-sm px-2 font-medium text-text-2 hover:text-text data-active:text-text focus-visible:-outline-offset-3"
          >
            <span className="flex h-full items-center gap-1.5 border-b-2 border-transparent group-data-active:border-accent">
              {each.name}
              {each.id === "doctor" && wrong && (
                <span title={wrong}>
                  <Dot tone={toneOf(report.checks)} className="block" />
                  <span className="sr-only">{`: ${wrong}`}</span>
                </span>
              )}
            </span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs.Root>
  );
}
