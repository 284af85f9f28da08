import type { Service } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { ofService, useServiceDeletion } from "../../data/agent.ts";
import { client } from "../../link.ts";
import { ConfirmDialog } from "../confirm.tsx";

export function DeleteServiceDialog({ server, service }: { server: Server; service: Service }) {
  const deletion = useServiceDeletion(server, service);
  return (
    <ConfirmDialog
      title={`Delete ${service.name}`}
      about="What goes with it cannot be brought back."
      goes={deletion.data}
      name={service.name}
      word="Delete the service"
      onClose={go.closeDialog}
      act={async (confirm) => {
        await client.agent.services.delete({ ...ofService(service), confirm }, { context: { serverId: server.id } });
        go.service(null);
      }}
    />
  );
}
