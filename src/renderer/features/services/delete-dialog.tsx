import { TRASH_DAYS, type Service } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { ofService, useServiceDeletion } from "../../data/agent.ts";
import { client } from "../../link.ts";
import { ConfirmDialog } from "../confirm.tsx";

export function DeleteServiceDialog({ server, service }: { server: Server; service: Service }) {
  // Nothing of it ever ran: there is nothing to lose but its settings.
  const neverRan = service.liveRelease === null && service.lastDeployment === null;
  const deletion = useServiceDeletion(server, service);
  return (
    <ConfirmDialog
      title={`Delete ${service.name}`}
      about={neverRan ? "It never ran. Its settings and variables go." : service.volumes.length > 0 ? `What goes with it cannot be brought back, but for its volumes: they lie in the trash for ${TRASH_DAYS} days.` : "What goes with it cannot be brought back."}
      goes={deletion.data}
      trouble={deletion.error}
      name={neverRan ? null : service.name}
      word="Delete the service"
      onClose={go.closeDialog}
      act={async (confirm) => {
        await client.agent.services.delete({ ...ofService(service), confirm: neverRan ? service.name : confirm }, { context: { serverId: server.id } });
        go.service(null);
      }}
    />
  );
}
