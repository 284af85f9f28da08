import { ArrowRightIcon, MonitorIcon, ServerIcon } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useState } from "react";
import { go } from "../../app/view.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LocalSheet, useLocal } from "./local-sheet.tsx";

/** No server yet: the two ways to get one. */
export function FirstRun() {
  const [sheet, setSheet] = useState(false);
  const local = useLocal(go.server);
  const { data } = local.check;
  const useThis = () => (local.complete ? local.add() : setSheet(true));
  return (
    <div className="flex min-h-0 flex-1 overflow-y-auto p-8">
      <div className="m-auto w-[560px] max-w-full">
        <h1 className="text-[20px] leading-7 font-semibold">Add the first server</h1>
        <p className="mt-1 text-base text-text-2">
          Aeroplane deploys to servers of your own. Nothing listens on them but the apps: the control stays on this computer.
        </p>
        <div className="mt-6 flex flex-col gap-3">
          {data?.supported && (
            <Way
              icon={MonitorIcon}
              title="This machine"
              about={local.complete ? "Docker, buildx, Caddy and Git are there. No SSH is needed." : `Needs ${missing(data.requirements)} first.`}
              onClick={useThis}
              working={local.adding}
            />
          )}
          <Way
            icon={ServerIcon}
            title="A server over SSH"
            about="Debian or Ubuntu, on x64 or arm64, with root access."
            onClick={() => go.open({ type: "add-server" })}
          />
        </div>
        {data?.supported && (sheet || local.problem) && (
          <section aria-label="This machine" className="mt-6">
            <LocalSheet local={local} />
            {local.complete && (
              <div className="mt-3.5 flex justify-end">
                <Button kind="primary" onClick={local.add} working={local.adding}>
                  Add this machine
                </Button>
              </div>
            )}
          </section>
        )}
      </div>
    </div>
  );
}

const missing = (tools: { name: string; found: boolean; why: string | null }[]) => {
  const names = tools.filter((tool) => !tool.found || tool.why).map((tool) => ({ docker: "Docker", buildx: "buildx", caddy: "Caddy", git: "Git", node: "Node" })[tool.name] ?? tool.name);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
};

type WayProps = { icon: LucideIcon; title: string; about: string; onClick: () => void; working?: boolean };

function Way({ icon, title, about, onClick, working }: WayProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      aria-busy={working || undefined}
      className="group flex items-center gap-4 rounded-lg border border-line bg-surface p-4 text-left shadow-card hover:border-line-2 hover:bg-sunken"
    >
      <span className="flex size-10 shrink-0 items-center justify-center rounded-md border border-line bg-bg text-text-2">
        <Icon of={icon} size={18} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block text-base font-semibold">{title}</span>
        <span className="block text-text-2">{about}</span>
      </span>
      <Icon of={ArrowRightIcon} className="text-text-3 group-hover:text-text" />
    </button>
  );
}
