import { DownloadIcon, FileDownIcon, XIcon, type LucideIcon } from "lucide-react";
import { useEffect } from "react";
import type { LogFilter, Service } from "@aeroplane/agent/contract";
import type { LogOf, Server } from "../../../contract/index.ts";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { saveLog, stopSaving, useFound, useIsSaving } from "../../actions/save-log.ts";
import { answers } from "../../data/servers.ts";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";

type Props = { server: Server; log: LogOf; icon?: LucideIcon; label?: string; refused?: string | null; save: () => void };

/** Into a file; while the server reads through it, the same button ends that. */
function SaveButton({ server, log, icon = DownloadIcon, label = "Download the whole log", refused = null, save }: Props) {
  if (useIsSaving(server, log)) {
    return (
      <IconButton label="Cancel the download" aria-busy onClick={() => stopSaving(server, log)}>
        <Icon of={XIcon} />
      </IconButton>
    );
  }
  return (
    <IconButton label={label} refused={refused} disabled={!answers(server)} onClick={save}>
      <Icon of={icon} />
    </IconButton>
  );
}

/** All of the log of a deployment or a command, also what the window no longer holds. */
export function SaveJobLog({ server, of, id }: { server: Server; of: "deployment" | "command"; id: string }) {
  const log: LogOf = { type: of, id };
  return <SaveButton server={server} log={log} save={() => saveLog(DOWNLOAD_LOG, server, log)} />;
}

/** Of what is refused of it, the title. */
export const DOWNLOAD_LOG = "Download the log";

/** All of a service's log, and what is looked for in it. */
export function SaveServiceLog({ server, service, filter, refused }: { server: Server; service: Service; filter: LogFilter; refused: string | null }) {
  const { id, environmentId } = service;
  const log: LogOf = { type: "service", id, environmentId };
  const key = JSON.stringify(filter);
  useEffect(() => {
    // The palette has the same act, and asks what is looked at.
    useFound.setState({ found: { log: { type: "service", id, environmentId, filter: JSON.parse(key) as LogFilter }, refused } });
    return () => useFound.setState({ found: null });
  }, [id, environmentId, key, refused]);
  const run = (id: string) => () => action(id).run(readContext({ server, service }));
  return (
    <>
      <SaveButton server={server} log={{ ...log, filter }} icon={FileDownIcon} label="Download what was found" refused={refused} save={run("service.download-found")} />
      <SaveButton server={server} log={log} save={run("service.download-log")} />
    </>
  );
}
