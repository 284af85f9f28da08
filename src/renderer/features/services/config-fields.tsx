import type { ReactNode, RefObject } from "react";
import { sources, type SourceName } from "@aeroplane/agent/contract";
import { hostnameFrom } from "../../data/address.ts";
import { makesSite, runs } from "../../shapes/shapes.ts";
import { knownSources, sourceIcon, sourceWord } from "../../shapes/sources.ts";
import { Segments } from "../../ui/choice.tsx";
import { Field, TextField } from "../../ui/field.tsx";
import { sourceOf, takesPort } from "./config.ts";
import { TwoWays, useField, type FieldsProps } from "./field-props.tsx";
import { BeforeFields, HealthFields, LimitFields, NamesField, PortsField, ProcessFields, StoppingFields } from "./run-fields.tsx";

export type { FieldsProps } from "./field-props.tsx";

type SourceProps = FieldsProps & { /** Its first field: a dialog begins there, and not again when another source is chosen. */ first?: RefObject<HTMLInputElement | null> };

/** Where the service comes from. */
export function SourceFields(props: SourceProps) {
  const { traits, draft, set, disabled } = props;
  const possible = knownSources(traits.sources);
  const chosen = sourceOf(traits, draft);
  const Fields = fieldsOf[chosen];
  return (
    <>
      {possible.length > 1 && (
        <Field label="Made from" mark={props.marks?.from}>
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

function GitFields({ first, ...props }: SourceProps) {
  const field = useField(props);
  return (
    <>
      <TextField label="Repository" mono ref={first} placeholder="https://github.com/owner/repository" {...field("url")} />
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Branch" mono {...field("branch")} />
        <TextField label="Root directory" optional mono placeholder="the repository’s root" {...field("rootDirectory")} />
      </div>
    </>
  );
}

function ImageFields({ first, ...props }: SourceProps) {
  const field = useField(props);
  return <TextField label="Image" mono ref={first} placeholder="ghcr.io/owner/image:tag" {...field("reference")} hint="A public image, with its tag." />;
}

/** What a repository holds elsewhere. Few have any: it is asked for where there is room. */
export function ElsewhereFields(props: FieldsProps) {
  if (sources[sourceOf(props.traits, props.draft)].revision !== "commit") return null;
  return (
    <>
      <TwoWays {...props} label="Submodules" of="submodules" no="Left empty" yes="Fetched" hint="Other repositories inside this one; each must be readable without a password." />
      <TwoWays {...props} label="Git LFS files" of="lfs" no="Left as pointers" yes="Fetched" hint="Large files that are kept beside the repository; the server needs git-lfs." />
    </>
  );
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

/** How it is started. */
export function RunFields(props: FieldsProps) {
  const field = useField(props);
  const { traits } = props;
  if (!runs(traits)) return null;
  return (
    <>
      {takesPort(traits, props.draft) && (
        <TextField label="Port" optional={traits.port === "wanted"} inputMode="numeric" placeholder={traits.port === "wanted" ? "from the image, or 8080" : "3000"} {...field("port")} hint="The app gets it as PORT." />
      )}
      <TextField label="Start command" optional mono placeholder="from the image" {...field("startCommand")} />
      {traits.replicas > 1 && (
        <TextField
          label="Instances"
          inputMode="numeric"
          {...field("replicas")}
          disabled={props.disabled || (props.keeps && props.draft.replicas === "1")}
          hint={props.keeps ? "One, since it has a volume: a second process must not write there." : `So many run side by side${traits.routed ? " and share the requests" : ""}; 1 to ${traits.replicas}.`}
        />
      )}
      <NamesField {...props} />
      <PortsField {...props} />
      <ProcessFields {...props} />
    </>
  );
}

/** How it shows that it is well, how it ends and what it may use. */
export function TimeFields(props: FieldsProps) {
  if (!runs(props.traits)) return null;
  return (
    <>
      <BeforeFields {...props} />
      <HealthFields {...props} />
      <StoppingFields {...props} />
      <LimitFields {...props} />
    </>
  );
}

type HostnameProps = FieldsProps & { local: boolean; required?: boolean; focus?: boolean };

export function HostnameField(props: HostnameProps) {
  const field = useField(props);
  if (!props.traits.routed) return null;
  const example = props.local ? `${props.draft.name || "web"}.localhost` : "shop.example.com";
  return (
    <TextField
      label="Hostname"
      optional={!props.required}
      autoFocus={props.focus}
      onBlur={(event) => props.set("hostname", hostnameFrom(event.currentTarget.value))}
      onPaste={({ currentTarget }) => void setTimeout(() => props.set("hostname", hostnameFrom(currentTarget.value)))}
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
