import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { loginOf } from "../../data/servers.ts";
import { client } from "../../link.ts";
import { ConfirmDialog } from "../confirm.tsx";
import { NameDialog } from "../name-dialog.tsx";

export function RenameServerDialog({ server }: { server: Server }) {
  return (
    <NameDialog
      title={`Rename ${server.name}`}
      about="Only its name in this window; the server is not touched."
      initial={server.name}
      word="Rename"
      onClose={go.closeDialog}
      act={(name) => client.servers.rename({ id: server.id, name })}
    />
  );
}

export function ForgetServerDialog({ server }: { server: Server }) {
  const goes = [`The login ${loginOf(server)}`, "Its kept password or passphrase"];
  return (
    <ConfirmDialog
      title={`Forget ${server.name}`}
      about="It goes from this window only. Its services run on, and it can be added again."
      goes={server.login ? goes : []}
      name={null}
      word="Forget the server"
      onClose={go.closeDialog}
      act={() => client.servers.remove({ id: server.id })}
    />
  );
}
