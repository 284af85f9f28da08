import { names, type Service } from "@aeroplane/agent/contract";
import { useState } from "react";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { hostnameFrom } from "../../data/address.ts";
import { ofService, useAct } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { HostnameField } from "./config-fields.tsx";
import { draftOf, refusedIn } from "./config.ts";

/** A hostname for a service that has none; it takes effect at once. */
export function DomainDialog({ server, service }: { server: Server; service: Service }) {
  const [hostname, setHostname] = useState("");
  const [tried, setTried] = useState(false);
  const update = useAct(server, client.agent.services.update);
  const draft = { ...draftOf(service), hostname };
  const host = names.hostname.safeParse(hostnameFrom(hostname).trim());
  const problem = update.isError ? problemOf(update.error) : null;
  const refused = problem && refusedIn(problem, { ...draft, hostname: hostnameFrom(hostname) });
  const submit = () => {
    setTried(true);
    if (!host.success || update.isPending) return;
    void update.mutateAsync({ ...ofService(service), hostname: host.data }).then(go.closeDialog, () => {});
  };
  const wrong = tried && !host.success ? { hostname: host.error.issues[0]!.message } : { ...refused };
  return (
    <Dialog
      title={`Add a domain to ${service.name}`}
      about="Requests for it reach the service at once."
      width={480}
      onClose={go.closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" working={update.isPending}>
            Add the domain
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        <HostnameField traits={service.traits} draft={draft} wrong={wrong} set={(_, value) => setHostname(value)} local={server.kind === "local"} required focus />
        {problem && !refused && <ProblemNote problem={problem} />}
      </div>
    </Dialog>
  );
}
