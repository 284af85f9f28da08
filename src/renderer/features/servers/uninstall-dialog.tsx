import { useState } from "react";
import type { Problem } from "@aeroplane/agent/contract";
import type { Server, UninstallBatch } from "../../../contract/index.ts";
import { go } from "../../app/view.ts";
import { useServerDeletion } from "../../data/agent.ts";
import { useHeld } from "../../data/known.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Segments } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { StepList } from "./steps.tsx";

type Apps = "keep" | "remove";

/** What an answer means, line by line: what goes, and what goes on without the agent. */
const meaning: Record<Apps, { about: string; lines: string[] }> = {
  keep: {
    about: "The apps go on without an agent.",
    lines: [
      "Containers go on: Docker starts them again after a crash and at boot",
      "Sites go on: Caddy serves them as configured last",
      "Deploys, health checks, logs and new hostnames end",
      "Settings and sealed variables stay on the server: adding it again takes the apps over",
      "The agent, its programs and the access of people go",
    ],
  },
  remove: {
    about: "Nothing of Aeroplane stays on the server but volumes of services, with their data.",
    lines: [
      "Every app, its containers, images, sites, logs and variables",
      "The agent, Caddy, their programs, units and accounts, and the access of people",
      "What preparing opened in the firewall, and the swap it added",
      "Volumes of services stay in Docker, those in the trash too: docker volume ls shows them",
      "Docker, git and their packages stay",
    ],
  },
};

const MOST_NAMED = 40;

/** As long as a person reads them; of more the first ones, and how many there are besides. */
function namesOf(services: readonly string[]): string[] {
  if (services.length === 0) return [];
  const rest = services.length - MOST_NAMED;
  return [`${services.slice(0, MOST_NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`];
}

/** Takes the agent off a server; forgetting the server is an act of its own. */
export function UninstallDialog({ server }: { server: Server }) {
  const held = useHeld(server);
  const deletion = useServerDeletion(server);
  const [apps, setApps] = useState<Apps>("keep");
  const [typed, setTyped] = useState("");
  const [batch, setBatch] = useState<UninstallBatch | null>(null);
  const [refused, setRefused] = useState<Problem | null>(null);
  const run = async () => {
    setRefused(null);
    setBatch({ steps: [], ended: false, problem: null });
    try {
      for await (const news of await client.servers.uninstall({ id: server.id, apps, confirm: typed })) setBatch(news);
    } catch (error) {
      setBatch(null);
      setRefused(problemOf(error));
    }
  };
  if (batch) return <Running server={server} apps={apps} batch={batch} again={() => void run()} />;
  // An agent that answers says first what goes.
  const right = typed === server.name && (apps === "keep" || !deletion.isLoading);
  const { about, lines: always } = meaning[apps];
  const known = deletion.data ?? (held ? [`${held.words}, as last known: every container, image, site, log and variable, and the data in volumes of their images`, ...namesOf(held.services)] : undefined);
  const lines = apps === "remove" && known ? [...known, ...always.slice(1)] : always;
  return (
    <Dialog
      title={`Uninstall the agent of ${server.name}`}
      about={about}
      width={560}
      onClose={go.closeDialog}
      onSubmit={() => void (right && run())}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="danger-primary" type="submit" disabled={!right}>
            {apps === "remove" ? "Uninstall and remove the apps" : "Uninstall the agent"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Segments label="The apps" value={apps} onChange={setApps} items={[{ value: "keep", label: "Keep the apps" }, { value: "remove", label: "Remove the apps" }]} />
        <ul aria-label="What it means" className="max-h-64 divide-y divide-line overflow-y-auto rounded-lg border border-line" tabIndex={lines.length > 6 ? 0 : undefined}>
          {lines.map((line) => (
            <li key={line} className="px-3 py-2 [overflow-wrap:anywhere]">
              {line}
            </li>
          ))}
        </ul>
        {apps === "remove" && <Note tone="warn">Data that lies in no volume of Aeroplane and has not been saved elsewhere is lost.</Note>}
        <TextField autoFocus label={`Type ${server.name} to confirm`} value={typed} onChange={setTyped} />
        {refused && <ProblemNote problem={refused} />}
      </div>
    </Dialog>
  );
}

function Running({ server, apps, batch, again }: { server: Server; apps: Apps; batch: UninstallBatch; again: () => void }) {
  const { steps, ended, problem } = batch;
  const done = ended && !problem;
  const kept = apps === "keep" ? "Its apps go on without an agent." : "Nothing of Aeroplane is left on it but volumes of services.";
  return (
    <Dialog
      title={`Uninstall the agent of ${server.name}`}
      about={done ? kept : problem ? "It stopped half-way." : "Preparing it again afterwards is possible at any time."}
      width={560}
      onClose={go.closeDialog}
      footer={
        done ? (
          <>
            <Button onClick={go.closeDialog}>Close</Button>
            <Button kind="danger" onClick={() => go.open({ type: "forget-server", serverId: server.id })}>
              Forget the server…
            </Button>
          </>
        ) : (
          <Button onClick={go.closeDialog}>{ended ? "Close" : "Hide"}</Button>
        )
      }
    >
      <div className="flex flex-col gap-3.5">
        <StepList steps={steps} />
        {problem && <ProblemNote problem={problem} detail onRetry={again} own={["server.uninstall"]} retryWord="Uninstall again" />}
        {!ended && <Note>The window can be closed; uninstalling goes on.</Note>}
      </div>
    </Dialog>
  );
}
