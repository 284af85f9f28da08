import type { ServiceKind } from "@aeroplane/agent/contract";
import { Segments } from "../../ui/choice.tsx";
import { Field, TextField } from "../../ui/field.tsx";
import { takesImage, type Draft, type DraftField, type Wrong } from "./config.ts";

export type FieldsProps = {
  kind: ServiceKind;
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

/** Where the service comes from. */
export function SourceFields(props: FieldsProps & { focus?: boolean }) {
  const field = useField(props);
  const { kind, draft, set } = props;
  const image = takesImage(kind, draft);
  return (
    <>
      {kind === "worker" && (
        <Field label="Made from">
          {() => (
            <div>
              <Segments
                label="Made from"
                value={draft.from}
                onChange={(from) => set("from", from)}
                items={[
                  { value: "git", label: "Git repository" },
                  { value: "image", label: "Docker image" },
                ]}
              />
            </div>
          )}
        </Field>
      )}
      {image ? (
        <TextField label="Image" mono autoFocus={props.focus} placeholder="ghcr.io/owner/image:tag" {...field("reference")} hint="A public image, with its tag." />
      ) : (
        <>
          <TextField label="Repository" mono autoFocus={props.focus} placeholder="https://github.com/owner/repository" {...field("url")} />
          <div className="grid grid-cols-2 gap-3">
            <TextField label="Branch" mono {...field("branch")} />
            <TextField label="Root directory" optional mono placeholder="the repository’s root" {...field("rootDirectory")} />
          </div>
        </>
      )}
    </>
  );
}

/** How the files of a site are made. */
export function SiteFields(props: FieldsProps) {
  const field = useField(props);
  if (props.kind !== "static") return null;
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
  const { kind } = props;
  if (kind === "static") return null;
  const routed = kind !== "worker";
  return (
    <>
      {routed && (
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Port" optional inputMode="numeric" placeholder="from the image" {...field("port")} hint="The app gets it as PORT." />
          <TextField label="Health path" optional mono placeholder="/health" {...field("healthPath")} hint="Without one any HTTP answer to GET / will do." />
        </div>
      )}
      <TextField label="Start command" optional mono placeholder="from the image" {...field("startCommand")} />
      <TextField
        label="Instances"
        inputMode="numeric"
        {...field("replicas")}
        hint={routed ? "So many run side by side and share the requests; 1 to 8." : "So many run side by side; 1 to 8."}
      />
    </>
  );
}

export function TimeFields(props: FieldsProps) {
  const field = useField(props);
  const routed = props.kind !== "worker";
  if (props.kind === "static") return null;
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        label={routed ? "Time to become healthy" : "Time it must stay up"}
        inputMode="numeric"
        unit="seconds"
        {...field("healthSeconds")}
      />
      <TextField label="Time to finish at the end" inputMode="numeric" unit="seconds" {...field("drainSeconds")} hint={routed ? "For requests in flight when a release goes." : undefined} />
    </div>
  );
}

export function HostnameField(props: FieldsProps & { local: boolean }) {
  const field = useField(props);
  if (props.kind === "worker") return null;
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
  return <TextField label="Name" maxLength={60} mono {...field("name")} hint="Services of the project reach it by this name." />;
}
