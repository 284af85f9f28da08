import { DownloadIcon } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { LogOf, Server } from "../../../contract/index.ts";
import { problemOf } from "../../data/problem.ts";
import { answers } from "../../data/servers.ts";
import { downloadLog } from "../../data/transfers.ts";
import { IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";

/** All of a log as a file, also what the window no longer holds. */
export function SaveLogButton({ server, log }: { server: Server; log: LogOf }) {
  const [working, setWorking] = useState(false);
  const save = () => {
    setWorking(true);
    downloadLog(server, log)
      .catch((error: unknown) => {
        const { message, next } = problemOf(error);
        toast.error(message, { description: next });
      })
      .finally(() => setWorking(false));
  };
  return (
    <IconButton label="Download the whole log" disabled={working || !answers(server)} aria-busy={working || undefined} onClick={save}>
      <Icon of={DownloadIcon} className={classes(working && "opacity-50")} />
    </IconButton>
  );
}
