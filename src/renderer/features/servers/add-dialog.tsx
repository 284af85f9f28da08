import { MonitorIcon, ServerIcon } from "lucide-react";
import { useState } from "react";
import { addressOf } from "../../address/address.ts";
import { useProjectsOf } from "../../data/agent.ts";
import { may } from "../../data/role.ts";
import { servers } from "../../data/servers.ts";
import { go } from "../../app/view.ts";
import { Button } from "../../ui/button.tsx";
import { Segments } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { AddForm } from "./add-form.tsx";
import { useAddForm } from "./use-add-form.ts";
import { LocalSheet, useLocal } from "./local-sheet.tsx";
import { Failed } from "./failed.tsx";
import { Steps } from "./steps.tsx";

/** From an address to a ready server, in one dialog that may be hidden at any time. */
export function AddServerDialog() {
  const [added, setAdded] = useState<string | null>(null);
  const [where, setWhere] = useState<"ssh" | "local">("ssh");
  const form = useAddForm(setAdded);
  const local = useLocal(setAdded);
  const list = servers.use() ?? [];
  const server = list.find((each) => each.id === added);
  const projects = useProjectsOf(server);
  const offersLocal = local.check.data?.supported && !list.some((each) => each.kind === "local");

  if (server) {
    const { state } = server.connection;
    const failed = server.connection.state === "failed" ? server.connection.problem : null;
    const open = () => go.server(server.id);
    // The one that was added may hold something already: then it is only opened.
    const fresh = projects !== undefined && projects.length === 0 && may(server, "deployer");
    const begin = () => go.to(addressOf({ serverId: server.id, dialog: { type: "first-service" } }));
    return (
      <Dialog
        title="Add a server"
        about={state === "ready" ? `${server.name} is ready.` : failed ? `${server.name} is not ready.` : `Preparing ${server.name}.`}
        onClose={open}
        footer={
          state === "ready" ? (
            <>
              {fresh && (
                <Button kind="primary" onClick={begin}>
                  Add a service
                </Button>
              )}
              <Button kind={fresh ? "plain" : "primary"} onClick={open} autoFocus>
                Open {server.name.length > 24 ? "the server" : server.name}
              </Button>
            </>
          ) : (
            <Button onClick={open}>Hide</Button>
          )
        }
      >
        <div className="flex flex-col gap-3.5">
          {(!failed || "steps" in server.connection) && <Steps server={server} />}
          {failed ? (
            <Failed server={server} problem={failed} onRetry={() => form.retry(server.id)} actions={<Button small onClick={() => form.edit(server.id, () => setAdded(null))}>Change the address</Button>} />
          ) : (
            state !== "ready" && <Note>The window can be closed. Preparing goes on where it stopped when the server is opened again.</Note>
          )}
        </div>
      </Dialog>
    );
  }

  const ssh = where === "ssh" || !offersLocal;
  return (
    <Dialog
      title="Add a server"
      about={ssh ? "Any Debian or Ubuntu server that can be reached by SSH." : "This machine becomes a server of its own, without SSH."}
      onClose={go.closeDialog}
      onSubmit={ssh ? form.submit : local.add}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          {ssh ? (
            <Button kind="primary" type="submit" working={form.adding}>
              Add the server
            </Button>
          ) : (
            <Button kind="primary" type="submit" working={local.adding} disabled={!local.complete}>
              Add this machine
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {offersLocal && (
          <Segments
            label="Where"
            value={where}
            onChange={setWhere}
            items={[
              { value: "ssh", label: "Over SSH", icon: ServerIcon },
              { value: "local", label: "This machine", icon: MonitorIcon },
            ]}
          />
        )}
        {ssh ? <AddForm form={form} /> : <LocalSheet local={local} />}
      </div>
    </Dialog>
  );
}
