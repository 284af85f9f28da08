import { MoreHorizontalIcon } from "lucide-react";
import type { ReactNode } from "react";
import { entryOf } from "@aeroplane/agent/contract";
import { action, menuOf, serverMenu } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Bar } from "../../app/bar.tsx";
import { useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useStatus } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { isInvited, roleOn, roleWords } from "../../data/role.ts";
import { connectionWord, loginOf } from "../../data/servers.ts";
import { useSettings } from "../../data/settings.ts";
import { bytes, clock } from "../../data/time.ts";
import { classes, pageWidth } from "../../ui/classes.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { State, StepIcon } from "../../ui/state.tsx";
import { Age, Skeleton } from "../../ui/text.tsx";
import { StorageSection } from "../storage/section.tsx";
import { AgentNotice } from "./agent-notice.tsx";
import { DoctorPage } from "../doctor/page.tsx";
import { Refusal } from "../refusal.tsx";
import { Stale, StaleNote } from "./stale.tsx";
import { Steps } from "./steps.tsx";
import { ServerTabs } from "./tabs.tsx";

const tools: Record<string, string> = { docker: "Docker", buildx: "buildx", caddy: "Caddy", git: "Git" };

/** What this server is, what it runs with, and what is wrong with it. */
export function ServerPage({ server }: { server: Server }) {
  const status = useStatus(server);
  const settings = useSettings(server);
  const { word, tone } = connectionWord(server.connection);
  const { hello } = server;
  const tab = useView((view) => view.serverTab);
  const menu = (
    <Menu
      items={() => menuOf(serverMenu.filter((id) => id !== "server.page"), readContext({ server }))}
      trigger={
        <IconButton label="More acts">
          <Icon of={MoreHorizontalIcon} />
        </IconButton>
      }
    />
  );
  if (tab === "doctor") {
    return (
      <>
        <Bar path={[{ name: "Server" }]} act={menu} />
        <ServerTabs server={server} />
        <DoctorPage server={server} />
      </>
    );
  }
  return (
    <>
      <Bar path={[{ name: "Server" }]} act={menu} />
      <ServerTabs server={server} />
      <div tabIndex={0} role="region" aria-label="Server" className="min-h-0 flex-1 overflow-y-auto [scrollbar-gutter:stable]">
        <Refusal />
        {server.hello && <StaleNote server={server} />}
        <AgentNotice server={server} />
        <Stale server={server} className={classes(pageWidth, "flex flex-col gap-5 p-5")}>
          <Section title="Connection">
            <Fact name="State">
              <State tone={tone}>{word}</State>
            </Fact>
            {server.login && (
              <Fact name="Login">
                <span className="font-mono text-xs">{loginOf(server)}</span>
                <Button small kind="quiet" className="ml-2" onClick={() => action("server.sign-in").run(readContext({ server }))}>
                  Change
                </Button>
              </Fact>
            )}
            {server.login?.door === "bridge" && !isInvited(server) && <Fact name="Way in">The bridge, because the host forbids forwarding</Fact>}
            {isInvited(server) && <Fact name="Your role">{`${roleWords(roleOn(server)).name}. ${roleWords(roleOn(server)).about}`}</Fact>}
            {server.lastSeenAt !== null && server.connection.state !== "ready" && (
              <Fact name="Last answer">
                <Age at={server.lastSeenAt} ago />
              </Fact>
            )}
          </Section>
          {server.connection.state === "installing" && <Steps server={server} />}
          {hello && (
            <Section title="Machine">
              <Fact name="Host">{hello.hostname}</Fact>
              <Fact name="System">{`${hello.os} · ${hello.arch}`}</Fact>
              <Fact name="Agent">{`${hello.agentVersion} · Node ${hello.nodeVersion.replace(/^v/, "")}`}</Fact>
              <Fact name="HTTP port">
                <span className="tabular">{hello.httpPort}</span>
              </Fact>
              <Fact name="After a reboot">{hello.startsAtBoot ? "Starts by itself" : "Starts when Aeroplane is opened"}</Fact>
              {settings.data && <Fact name="Proxies in front">{proxiesIn(settings.data.trustedProxies)}</Fact>}
              {status.data && <Fact name="Disk">{`${bytes(status.data.diskFree)} free of ${bytes(status.data.diskTotal)}`}</Fact>}
            </Section>
          )}
          {hello && <StorageSection key={server.id} server={server} />}
          {status.isError && <ProblemNote problem={problemOf(status.error)} onRetry={() => void status.refetch()} />}
          {status.isLoading && <Skeleton className="h-40 !rounded-lg" />}
          {status.data && (
            <Section title="Tools">
              {status.data.tools.map((tool) => (
                <li key={tool.name} className="flex min-h-9 flex-wrap items-center gap-2.5 px-4 py-1.5">
                  <StepIcon state={tool.problem ? "failed" : "done"} />
                  <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{entryOf(tools, tool.name) ?? tool.name}</span>
                  {tool.silentSince !== undefined && (
                    <span className="text-xs text-text-2">
                      silent since {clock(tool.silentSince)}
                    </span>
                  )}
                  <span className="font-mono text-xs text-text-2">{tool.version ?? (tool.silentSince === undefined ? "not found" : "not known")}</span>
                  {tool.problem && (
                    <div className="basis-full pb-2">
                      <ProblemNote problem={tool.problem} />
                    </div>
                  )}
                </li>
              ))}
            </Section>
          )}
          {status.data?.problems.map((problem) => (
            <ProblemNote key={problem.code + problem.message} problem={problem} tone="warn" detail />
          ))}
        </Stale>
      </div>
    </>
  );
}

/** Those of Cloudflare alone are twenty: the dialog has them all. */
const MOST_NAMED = 4;
const proxiesIn = (ranges: string[]): string => (ranges.length === 0 ? "None is believed" : ranges.length <= MOST_NAMED ? ranges.join(", ") : `${ranges.length} addresses and ranges are believed`);

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 text-xs font-medium text-text-2">{title}</h3>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-card">{children}</ul>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <li className="flex min-h-9 items-center gap-4 px-4 py-1.5">
      <span className="w-32 shrink-0 text-text-2">{name}</span>
      <span className="min-w-0 [overflow-wrap:anywhere]">{children}</span>
    </li>
  );
}
