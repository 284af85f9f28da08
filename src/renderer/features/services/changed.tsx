import type { Service } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { shown } from "../../actions/shortcuts.ts";
import { runningDeployment } from "../../data/agent.ts";
import { refusedTo } from "../../data/role.ts";
import { Button } from "../../ui/button.tsx";
import { Line } from "../../ui/text.tsx";

/** What was changed and is not live yet; floats at the bottom until it is deployed. */
export function Changed({ services, covered }: { services: Service[]; covered: number }) {
  const changed = services.filter((service) => service.changed && !runningDeployment(service));
  if (changed.length === 0) return null;
  const { server } = readContext();
  const names = changed.map((service) => service.name).join(", ");
  return (
    <section
      aria-label="Changes that wait"
      style={{ left: `calc((100% - ${covered}px) / 2)`, maxWidth: `calc(100% - ${covered + 40}px)` }}
      className="rise-in absolute bottom-[18px] z-10 flex h-[46px] -translate-x-1/2 items-center gap-3 rounded-lg bg-raised pr-2 pl-3.5 shadow-float ring-1 ring-edge"
    >
      <span className="tabular shrink-0 rounded-full bg-accent-tint px-2 py-0.5 text-[11px] font-medium text-accent">
        {changed.length} changed
      </span>
      <Line className="text-text-2">{names}</Line>
      <Button
        kind="primary"
        shortcut={shown("shift+enter")}
        className="ml-2"
        refused={server && refusedTo(server, "deployer")}
        onClick={() => action("project.deploy-changed").run(readContext())}
      >
        Deploy
      </Button>
    </section>
  );
}
