import { ChevronRightIcon } from "lucide-react";
import { useState } from "react";
import { readDotenv, shapeNames, shapes, type Environment, type Project, type ShapeName } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { keys, queries } from "../../data/queries.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Tiles } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { HostnameField, NameField, RunFields, SiteFields, SourceFields, TimeFields } from "./config-fields.tsx";
import { hasPort, runs, shapeIcon } from "../../shapes/shapes.ts";
import { warningOf } from "../../shapes/sources.ts";
import { configOf, emptyDraft, nameFrom, sourceOf, wrongIn, type DraftField } from "./config.ts";

const tiles = shapeNames.map((value) => ({ value, label: shapes[value].word, icon: shapeIcon(value), hint: shapes[value].about }));

/** One dialog: what it is, where it comes from, what it is called; deployed at once unless asked otherwise. */
export function NewServiceDialog({ server, project, environment }: { server: Server; project: Project; environment: Environment }) {
  const [shape, setShape] = useState<ShapeName>("web");
  const traits = shapes[shape];
  const [draft, setDraft] = useState(emptyDraft);
  const [named, setNamed] = useState(false);
  const [env, setEnv] = useState("");
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const complete = { ...draft, name: named ? draft.name : nameFrom(traits, draft) };
  const wrong = wrongIn(traits, complete);
  const set = (field: DraftField, value: string) => {
    if (field === "name") setNamed(value !== "");
    setDraft((before) => ({ ...before, [field]: value }));
  };
  const create = async (deploy: boolean) => {
    setTried(true);
    if (Object.keys(wrong).length > 0 || working) return;
    setWorking(true);
    setError(null);
    const options = { context: { serverId: server.id } };
    try {
      const service = await client.agent.services.create(
        {
          environmentId: environment.id,
          name: complete.name,
          shape,
          config: configOf(traits, complete),
          hostname: (traits.routed && complete.hostname.trim()) || null,
          variables: readDotenv(env).set,
        },
        options,
      );
      if (deploy) await client.agent.deployments.start({ environmentId: environment.id, serviceId: service.id }, options);
      await queries.invalidateQueries({ queryKey: keys.services(server.id, environment.id) });
      go.closeDialog();
      go.service(service.id, "deployments");
    } catch (thrown) {
      setError(thrown);
      setWorking(false);
    }
  };
  const warning = warningOf(sourceOf(traits, draft));
  const fields = { traits, draft: complete, wrong: tried ? wrong : {}, set };
  return (
    <Dialog
      title={`Add a service to ${project.environments.length > 1 ? `${environment.name} of ` : ""}${project.name}`}
      width={640}
      onClose={go.closeDialog}
      onSubmit={() => void create(true)}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button onClick={() => void create(false)}>Add only</Button>
          <Button kind="primary" type="submit" working={working}>
            Add and deploy
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Tiles label="What it is" columns={3} value={shape} onChange={setShape} items={tiles} />
        <SourceFields {...fields} />
        {warning && <Note tone="warn">{warning}</Note>}
        <SiteFields {...fields} />
        <div className={traits.routed ? "grid grid-cols-2 gap-3" : ""}>
          <NameField {...fields} />
          <HostnameField {...fields} local={server.kind === "local"} />
        </div>
        <details className="group">
          <summary className="flex w-fit items-center gap-1 rounded-sm font-medium text-text-2 select-none hover:text-text [&::-webkit-details-marker]:hidden">
            <Icon of={ChevronRightIcon} size={14} className="group-open:rotate-90" />
            {runs(traits) ? (hasPort(traits) ? "Port, health, start and variables" : "Start and variables") : "Variables"}
          </summary>
          <div className="mt-4 flex flex-col gap-4">
            <RunFields {...fields} />
            <TimeFields {...fields} />
            <TextArea label="Variables" optional rows={3} value={env} onChange={setEnv} placeholder="NAME=value" hint="One a line, as in a .env file. They are kept sealed." />
          </div>
        </details>
        {error !== null && <ProblemNote problem={problemOf(error)} />}
      </div>
    </Dialog>
  );
}
