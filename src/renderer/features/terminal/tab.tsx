import type { Service } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { refusedTo } from "../../data/role.ts";
import { TerminalPanel } from "./panel.tsx";

/** Shells in the container of the service's live release. */
export function TerminalTab({ server, service }: { server: Server; service: Service }) {
  const refused = refusedTo(server, "deployer") ?? (service.liveRelease ? undefined : "Nothing runs yet. Deploy the service to open a shell in its container.");
  const several = service.instances.length > 1;
  return (
    <div className="flex min-h-0 flex-1 flex-col p-5 pt-3">
      <TerminalPanel
        server={server}
        serviceId={service.id}
        about={`A shell in ${several ? "one of the containers" : "the container"} of ${service.name}, with its variables. It ends with the container at the next deploy.`}
        instances={service.instances.map(({ ordinal }) => ordinal)}
        refused={refused}
      />
    </div>
  );
}
