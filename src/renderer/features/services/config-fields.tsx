import type { ReactNode } from "react";
import type { SourceName, Traits } from "@aeroplane/agent/contract";
import { hasPort, makesSite, mustAnswer, runs } from "../../shapes/shapes.ts";
import { knownSources, sourceIcon, sourceWord } from "../../shapes/sources.ts";
import { Segments } from "../../ui/choice.tsx";
import { Field, TextField } from "../../ui/field.tsx";
import { sourceOf, type Draft, type DraftField, type Wrong } from "./config.ts";

export type FieldsProps = {
  traits: Traits;
  draft: Draft;
  wrong: Wrong;
  set: (field: DraftField, value: string) => void;
  disabled?: boolean;
};

function useField({ draft, wrong, set, disabled }: FieldsProps) {
  return (field: DraftField) => ({
    value: draft[field],
    onChange: (value: string) => set(field, value),
    error: wrong[field] ?? null,
    disabled,
  });
}

type SourceProps = FieldsProps & { focus?: boolean };

/** Where the service comes from. */
export function SourceFields(props: SourceProps) {
  const { traits, draft, set, disabled } = props;
  const possible = knownSources(traits.sources);
  const chosen = sourceOf(traits, draft);
  const Fields = fieldsOf[chosen];
  return (
    <>
      {possible.length > 1 && (
        <Field label="Made from">
          {() => (
            <div>
              <Segments
                label="Made from"
                value={chosen}
                disabled={disabled}
                onChange={(from) => set("from", from)}
                items={possible.map((value) => ({ value, label: sourceWord(value), icon: sourceIcon(value) }))}
              />
            </div>
          )}
        </Field>
      )}
      <Fields key={chosen} {...props} />
    </>
  );
}

const fieldsOf: Record<SourceName, (props: SourceProps) => ReactNode> = { git: GitFields, image: ImageFields };

function GitFields(props: SourceProps) {
  const field = useField(props);
  return (
    <>
      <TextField label="Repository" mono autoFocus={props.focus} placeholder="https://github.com/owner/repository" {...field("url")} />
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Branch" mono {...field("branch")} />
        <TextField label="Root directory" optional mono placeholder="the repository’s root" {...field("rootDirectory")} />
      </div>
    </>
  );
}

function ImageFields(props: SourceProps) {
  const field = useField(props);
  return <TextField label="Image" mono autoFocus={props.focus} placeholder="ghcr.io/owner/image:tag" {...field("reference")} hint="A public image, with its tag." />;
}

/** How the files of a site are made. */
export function SiteFields(props: FieldsProps) {
  const field = useField(props);
  if (!makesSite(props.traits)) return null;
  return (
    <>
      <TextField label="Folder to serve" optional mono placeholder="the root directory" {...field("outputDirectory")} hint="Relative to the root directory, such as dist." />
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Build command" optional mono placeholder="npm ci && npm run build" {...field("buildCommand")} hint="Without one the files are served as they are." />
        <TextField label="Build image" mono {...field("buildImage")} />
      </div>
    </>
  );
}

/** How it is started and how it shows that it is well. */
export function RunFields(props: FieldsProps) {
  const field = useField(props);
  const { traits } = props;
  if (!runs(traits)) return null;
  return (
    <>
      {hasPort(traits) && (
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Port" optional inputMode="numeric" placeholder="from the image" {...field("port")} hint="The app gets it as PORT." />
          <TextField label="Health path" optional mono placeholder="/health" {...field("healthPath")} hint="Without one any HTTP answer to GET / will do." />
        </div>
      )}
      <TextField label="Start command" optional mono placeholder="from the image" {...field("startCommand")} />
      {traits.replicas > 1 && (
        <TextField
          label="Instances"
          inputMode="numeric"
          {...field("replicas")}
          hint={`So many run side by side${traits.routed ? " and share the requests" : ""}; 1 to ${traits.replicas}.`}
        />
      )}
    </>
  );
}

export function TimeFields(props: FieldsProps) {
  const field = useField(props);
  const { traits } = props;
  if (!runs(traits)) return null;
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        label={mustAnswer(traits) ? "Time to become healthy" : "Time it must stay up"}
        inputMode="numeric"
        unit="seconds"
        {...field("healthSeconds")}
      />
      <TextField label="Time to finish at the end" inputMode="numeric" unit="seconds" {...field("drainSeconds")} hint={traits.drains ? "For requests in flight when a release goes." : undefined} />
    </div>
  );
}

export function HostnameField(props: FieldsProps & { local: boolean }) {
  const field = useField(props);
  if (!props.traits.routed) return null;
  const example = props.local ? `${props.draft.name || "web"}.localhost` : "shop.example.com";
  return (
    <TextField
      label="Hostname"
      optional
      mono
      placeholder={example}
      {...field("hostname")}
      hint={props.local ? "On this machine, names that end in .localhost open without DNS." : "Its DNS has to point to this server."}
    />
  );
}

export function NameField(props: FieldsProps) {
  const field = useField(props);
  return <TextField label="Name" maxLength={60} mono {...field("name")} hint={props.traits.named ? "Services of the project reach it by this name." : undefined} />;
}
