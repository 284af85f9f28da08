import { ChevronRightIcon } from "lucide-react";
import { useRef, useState } from "react";
import { names, readDotenv, shapeNames, shapes, type Environment, type Project, type ShapeName } from "@aeroplane/agent/contract";
import { perform } from "../../actions/perform.ts";
import { addressOf } from "../../address/address.ts";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { hostnameFrom } from "../../data/address.ts";
import { useServices } from "../../data/agent.ts";
import { keys, queries } from "../../data/queries.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Tiles } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea, TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { ElsewhereFields, HostnameField, NameField, RunFields, SiteFields, SourceFields, TimeFields } from "./config-fields.tsx";
import { SiteAnswerFields } from "./site-fields.tsx";
import { hasPort, runs, setsAnswers, shapeIcon, traitsOn } from "../../shapes/shapes.ts";
import { warningOf } from "../../shapes/sources.ts";
import { configOf, emptyDraft, nameFrom, refusedIn, reshaped, sourceOf, wrongIn, type DraftField } from "./config.ts";

const tiles = shapeNames.map((value) => ({ value, label: shapes[value].word, icon: shapeIcon(value), hint: shapes[value].about }));

type Place = { project: Project; environment: Environment };
type Props = { server: Server; /** Null: a project is made with it. */ place: Place | null };

/** One dialog: what it is, where it comes from, what it is called; deployed at once unless asked otherwise. */
export function NewServiceDialog({ server, place }: Props) {
  const source = useRef<HTMLInputElement>(null);
  const project = useRef<HTMLInputElement>(null);
  const [projectName, setProjectName] = useState("");
  /** What a first try has made is used by the next one. */
  const [made, setMade] = useState<Place | null>(null);
  const [shape, setShape] = useState<ShapeName>("web");
  const { data: siblings } = useServices(server, place?.environment.id ?? "", place !== null);
  const traitsOf = (one: ShapeName) => traitsOn(server, one, siblings?.find((each) => each.shape === one));
  const traits = traitsOf(shape);
  const [draft, setDraft] = useState(emptyDraft);
  const choose = (next: ShapeName) => {
    setDraft((before) => reshaped(before, traits, traitsOf(next)));
    setShape(next);
  };
  const [named, setNamed] = useState(false);
  const [env, setEnv] = useState("");
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const typed = { ...draft, name: named ? draft.name : nameFrom(traits, draft) };
  const complete = { ...typed, hostname: hostnameFrom(typed.hostname) };
  const wrong = wrongIn(traits, complete);
  const set = (field: DraftField, value: string) => {
    if (field === "name") setNamed(value !== "");
    setDraft((before) => ({ ...before, [field]: value }));
  };
  const wrongProject = place || names.title.safeParse(projectName.trim()).success ? null : "A name of 1 to 60 characters";
  const mustPlace = async (): Promise<Place> => {
    const known = place ?? made;
    if (known) return known;
    const created = await client.agent.projects.create({ name: projectName.trim() }, { context: { serverId: server.id } });
    const fresh = { project: created, environment: created.environments[0]! };
    setMade(fresh);
    await queries.invalidateQueries({ queryKey: keys.projects(server.id) });
    return fresh;
  };
  const create = async (deploy: boolean) => {
    setTried(true);
    if (Object.keys(wrong).length > 0 || wrongProject || working) return;
    setWorking(true);
    setError(null);
    const options = { context: { serverId: server.id } };
    try {
      const at = await mustPlace();
      const service = await client.agent.services.create(
        {
          environmentId: at.environment.id,
          name: complete.name,
          shape,
          config: configOf(traits, complete),
          hostname: (traits.routed && complete.hostname.trim()) || null,
          variables: readDotenv(env).set,
        },
        options,
      );
      // The service is there from here on: a deployment that is refused is told on its page, not in a form that would make it again.
      if (deploy) perform(`Deploy ${service.name}`, { server, service }, () => client.agent.deployments.start({ environmentId: at.environment.id, serviceId: service.id }, options));
      await queries.invalidateQueries({ queryKey: keys.services(server.id, at.environment.id) });
      go.to(addressOf({ serverId: server.id, projectId: at.project.id, environmentId: at.environment.id, serviceId: service.id, tab: "deployments" }));
    } catch (thrown) {
      setError(thrown);
      setWorking(false);
    }
  };
  const warning = warningOf(sourceOf(traits, draft));
  const problem = error === null ? null : problemOf(error);
  const refused = problem && refusedIn(problem, complete);
  const takenProject = problem?.code === "NAME_TAKEN" && problem.values.what === "project" ? problem : null;
  const fields = { traits, draft: typed, wrong: { ...refused, ...(tried ? wrong : {}) }, set };
  return (
    <Dialog
      title={titleOf(place)}
      about={place ? undefined : "A project holds services that belong together and reach each other by name."}
      width={640}
      focus={place ? source : project}
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
        {!place && (
          <TextField
            ref={project}
            label="Project"
            value={projectName}
            maxLength={60}
            placeholder="shop"
            disabled={made !== null}
            onChange={setProjectName}
            error={(tried ? wrongProject : null) ?? (takenProject && String(takenProject.values.name) === projectName.trim() ? takenProject.message : null)}
          />
        )}
        <Tiles label="What it is" columns={3} value={shape} onChange={choose} items={tiles} />
        <SourceFields first={source} {...fields} />
        {warning && <Note tone="warn">{warning}</Note>}
        <SiteFields {...fields} />
        <div className={traits.routed ? "grid grid-cols-2 gap-3" : ""}>
          <NameField {...fields} />
          <HostnameField {...fields} local={server.kind === "local"} />
        </div>
        <details className="group">
          <summary className="flex w-fit items-center gap-1 rounded-sm font-medium text-text-2 select-none hover:text-text [&::-webkit-details-marker]:hidden">
            <Icon of={ChevronRightIcon} size={14} className="group-open:rotate-90" />
            {runs(traits) ? (hasPort(traits) ? "Port, health, start and variables" : "Start and variables") : setsAnswers(traits) ? "Answers and variables" : "Variables"}
          </summary>
          <div className="mt-4 flex flex-col gap-4">
            <ElsewhereFields {...fields} />
            <RunFields {...fields} />
            <TimeFields {...fields} />
            <SiteAnswerFields {...fields} />
            <TextArea label="Variables" optional rows={3} value={env} onChange={setEnv} placeholder="NAME=value" hint="One a line, as in a .env file. They are kept sealed." />
          </div>
        </details>
        {problem && !refused && !takenProject && <ProblemNote problem={problem} />}
      </div>
    </Dialog>
  );
}

function titleOf(place: Place | null): string {
  if (!place) return "Add a service in a new project";
  const { project, environment } = place;
  return `Add a service to ${project.environments.length > 1 ? `${environment.name} of ` : ""}${project.name}`;
}
