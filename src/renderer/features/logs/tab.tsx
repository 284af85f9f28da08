import type { Service } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { ofService } from "../../data/agent.ts";
import { client } from "../../link.ts";
import { useLines } from "./stream.ts";
import { SaveLogButton } from "./save-button.tsx";
import { LogViewer } from "./viewer.tsx";

/** What the service says while it runs. */
export function LogsTab({ server, service }: { server: Server; service: Service }) {
  const buffer = useLines((after, signal) =>
    client.agent.services.logs({ ...ofService(service), after, tail: 1000 }, { context: { serverId: server.id }, signal }),
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col p-5">
      <LogViewer
        buffer={buffer}
        label="Logs"
        several={service.instances.length > 1}
        empty={service.liveRelease ? "No line yet. What the service prints appears here." : "Nothing runs yet. Deploy the service to see what it prints."}
        acts={<SaveLogButton server={server} log={{ type: "service", ...ofService(service) }} />}
        className="flex-1"
      />
    </div>
  );
}
