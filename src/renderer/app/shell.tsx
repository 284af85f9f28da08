import { CheckIcon, CircleAlertIcon } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { Toaster } from "sonner";
import { addressOf } from "../address/address.ts";
import { useChanges } from "../data/changes.ts";
import { servers } from "../data/servers.ts";
import { useOutcomes, useOutcomesElsewhere } from "../features/jobs/outcomes.ts";
import { useTransferOutcomes } from "../features/transfers/outcomes.ts";
import { FirstRun } from "../features/servers/first-run.tsx";
import { Prompts } from "../features/servers/prompts.tsx";
import { Losses } from "../features/services/losses.tsx";
import { SettingsPage } from "../features/settings/page.tsx";
import { linkState } from "../link.ts";
import { Icon } from "../ui/icon.tsx";
import { Boundary } from "./boundary.tsx";
import { Loading } from "./loading.tsx";
import { LinkBanner, LinkLost, ServicesStopped } from "./link-lost.tsx";
import { OpenDialog } from "./open-dialog.tsx";
import { Rail } from "./rail.tsx";
import { ServerView } from "./server-view.tsx";
import { Side } from "./side.tsx";
import { go, here, useView } from "./view.ts";

/** Rail, side, main; what is in the middle follows from what is selected. */
export function Shell() {
  const list = servers.use();
  const link = useSyncExternalStore(linkState.subscribe, linkState.get);
  const { serverId, section, projectId, dialog } = useView();
  const server = list?.find((each) => each.id === serverId);
  useChanges(server);
  useOutcomes(server);
  useOutcomesElsewhere();
  useTransferOutcomes();
  useEffect(() => {
    // A server that was forgotten elsewhere, or the first look ever: the first of the list is shown.
    if (!list || server || (list[0]?.id ?? null) === serverId) return;
    const first = addressOf({ serverId: list[0]?.id ?? null, section: section === "settings" ? section : "projects", dialog: here().dialog });
    go.correct(first);
  }, [list, server, serverId, section]);
  if (link === "refused" && !list) return <LinkLost />;
  if (link === "stopped" && !list) return <ServicesStopped />;
  if (!list) return <Loading />;
  return (
    <div className="flex h-full flex-col">
      {link !== "open" && link !== "beginning" && <LinkBanner state={link} />}
      <div className="flex min-h-0 flex-1">
        <Rail servers={list} selected={server?.id} />
        {server && (
          <Boundary what="the side" of={server.id} className="w-[228px] shrink-0 border-r border-line p-3">
            <Side server={server} />
          </Boundary>
        )}
        <main className="flex min-w-0 flex-1 flex-col">
          <Boundary what="this page" of={`${serverId} ${section} ${projectId}`}>
            {section === "settings" ? <SettingsPage /> : server ? <ServerView key={server.id} server={server} /> : <FirstRun />}
          </Boundary>
        </main>
      </div>
      <Boundary what="this dialog" of={String(dialog && JSON.stringify(dialog))} className="fixed right-5 bottom-5 z-50 w-120">
        <OpenDialog server={server} />
      </Boundary>
      <Losses />
      <Prompts />
      <Toaster
        // Over the bar: what is newest in a log, and what floats, is at the bottom.
        position="top-center"
        offset={8}
        style={{ fontFamily: "inherit" }}
        icons={{ success: <Icon of={CheckIcon} className="text-ok" />, error: <Icon of={CircleAlertIcon} className="text-bad" /> }}
        toastOptions={{
          unstyled: true,
          classNames: {
            toast: "flex w-90 items-start gap-2.5 rounded-lg bg-raised p-3 shadow-float ring-1 ring-edge",
            title: "font-medium [overflow-wrap:anywhere]",
            description: "text-text-2 [overflow-wrap:anywhere]",
            actionButton: "ml-auto h-7 shrink-0 rounded-md border border-line-2 bg-control px-2.5 text-xs font-medium",
            icon: "mt-0.5",
          },
        }}
      />
    </div>
  );
}
