import type { Service } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { ofService, useDeployments } from "../../data/agent.ts";
import { client } from "../../link.ts";
import { useLines } from "./stream.ts";
import { SaveServiceLog } from "./save-button.tsx";
import { ServiceLog } from "./service-log.tsx";

/** What the service says while it runs. */
export function LogsTab({ server, service }: { server: Server; service: Service }) {
  const to = (signal: AbortSignal) => ({ context: { serverId: server.id }, signal });
  const buffer = useLines((after, signal) => client.agent.services.logs({ ...ofService(service), after, tail: 1000 }, to(signal)), { divides: true });
  const deployments = useDeployments(server, service);
  return (
    <div className="flex min-h-0 flex-1 flex-col p-5">
      <ServiceLog
        buffer={buffer}
        ask={(asked, signal) => client.agent.services.history({ ...ofService(service), ...asked }, to(signal))}
        service={service}
        deployments={deployments.data ?? []}
        label="Logs"
        empty={service.liveRelease ? "No line yet. What the service prints appears here." : "Nothing runs yet. Deploy the service to see what it prints."}
        acts={(found) => <SaveServiceLog server={server} service={service} {...found} />}
        className="flex-1"
      />
    </div>
  );
}
