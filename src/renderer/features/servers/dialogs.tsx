import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useHeld } from "../../data/known.ts";
import { isUnknown, loginOf } from "../../data/servers.ts";
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
  const discarded = isUnknown(server);
  const held = useHeld(server);
  const goes = [
    ...(server.login ? [`The login ${loginOf(server)}`, "Its kept password or passphrase, and the one for sudo"] : []),
    [`The name ${server.name}`, ...(server.tags.length > 0 ? [`the tags ${server.tags.join(", ")}`] : []), "its place in the list"].join(", "),
    ...(held ? [`What this computer last knew of it: ${held.words}`] : []),
  ];
  return (
    <ConfirmDialog
      title={`${discarded ? "Discard" : "Forget"} ${server.name}`}
      about={
        discarded
          ? "It never answered, so nothing was put there. A host key that was trusted stays in known_hosts."
          : "It goes from this computer only. On the server the agent stays and its services run on; its host key stays in known_hosts. It can be added again."
      }
      goes={goes}
      name={null}
      word={discarded ? "Discard the server" : "Forget the server"}
      onClose={go.closeDialog}
      act={() => client.servers.remove({ id: server.id })}
    />
  );
}
