import { entryOf, healthKinds, PUBLISHED_WORDS, type HealthKind } from "@aeroplane/agent/contract";
import { canSet, hasPort, mustAnswer } from "../../shapes/shapes.ts";
import { TextArea, TextField } from "../../ui/field.tsx";
import { Choice, Group, TwoWays, useField, type FieldsProps } from "./field-props.tsx";

/** In a row of five. */
const short: Record<HealthKind, string> = { http: "HTTP", tcp: "Port", command: "Command", image: "HEALTHCHECK", up: "Stays up" };

const hints: Record<HealthKind, string> = {
  http: "It is asked with GET, as a visitor would.",
  tcp: "Its port must accept connections; what is spoken there does not matter.",
  command: "Run inside its container again and again; exit code 0 is well.",
  image: "The check that the image declares must pass.",
  up: "Its process must not end.",
};

/** How it shows that it is well. */
export function HealthFields(props: FieldsProps) {
  const field = useField(props);
  const { traits, draft } = props;
  if (!canSet(traits, "health")) return <OlderHealthFields {...props} />;
  const kinds = Object.keys(healthKinds) as HealthKind[];
  // A kind that only a newer agent knows has its own word.
  const items = [...kinds.map((value) => ({ value: value as string, label: short[value] })), ...(Object.hasOwn(healthKinds, draft.health) ? [] : [{ value: draft.health, label: draft.health }])];
  return (
    <Group title="Health check">
      <Choice {...props} label="Well when" of="health" items={items} hint={entryOf(hints, draft.health)} />
      {draft.health === "http" && <HttpFields {...props} />}
      {draft.health === "command" && <TextField label="Health command" mono placeholder="curl -f http://localhost:3000/health" {...field("healthCommand")} hint="Split into words, without a shell." />}
      {draft.health === "command" && <Times {...props} timeout="10" interval="5" />}
      <div className="grid grid-cols-2 gap-3">
        <HealthSeconds {...props} isUp={draft.health === "up"} />
        {canSet(traits, "startSeconds") && (
          <TextField label="Time to start" optional inputMode="numeric" unit="seconds" placeholder="0" {...field("startSeconds")} hint="Before it has passed no failure counts." />
        )}
      </div>
    </Group>
  );
}

function HttpFields(props: FieldsProps) {
  const field = useField(props);
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Health path" optional mono placeholder="/health" {...field("healthPath")} hint="Without one any HTTP answer to GET / will do." />
        <TextField label="Good statuses" optional mono placeholder={props.draft.healthPath.trim() ? "200-399" : "any"} {...field("healthStatuses")} hint="Such as 200-299, 401." />
      </div>
      <TextArea label="Headers" optional rows={2} placeholder="Accept: text/html" {...field("healthHeaders")} hint="One a line. They are shown to everybody who sees these settings." />
      <Times {...props} timeout="all the time" interval="0.25" />
    </>
  );
}

function Times({ timeout, interval, ...props }: FieldsProps & { timeout: string; interval: string }) {
  const field = useField(props);
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField label="Longest wait for one answer" optional inputMode="numeric" unit="seconds" placeholder={timeout} {...field("healthTimeout")} />
      <TextField label="Time between two looks" optional inputMode="numeric" unit="seconds" placeholder={interval} {...field("healthInterval")} />
    </div>
  );
}

/** Of an agent that knows a path and the HEALTHCHECK. */
function OlderHealthFields(props: FieldsProps) {
  const field = useField(props);
  return (
    <Group title="Health check">
      {hasPort(props.traits) && <TextField label="Health path" optional mono placeholder="/health" {...field("healthPath")} hint="Without one any HTTP answer to GET / will do." />}
      <TwoWays {...props} label="HEALTHCHECK of the image" of="imageHealth" no="Not waited for" yes="Must pass" hint="Of images that declare one: whether a release goes live only when it passes." />
      <HealthSeconds {...props} isUp={!mustAnswer(props.traits)} />
    </Group>
  );
}

function HealthSeconds({ isUp, ...props }: FieldsProps & { isUp: boolean }) {
  return <TextField label={isUp ? "Time it must stay up" : "Time to become healthy"} inputMode="numeric" unit="seconds" {...useField(props)("healthSeconds")} />;
}

/** What runs once before anything of the new release does. */
export function BeforeFields(props: FieldsProps) {
  if (!canSet(props.traits, "beforeDeploy")) return null;
  return (
    <Group title="Before a deploy">
      <TextField
        label="Command before a deploy"
        optional
        mono
        placeholder="npm run migrate"
        {...useField(props)("beforeDeploy")}
        hint="Runs once in the new image, with its variables, while the old release serves. If it fails, the deploy does; the next one runs it again."
      />
    </Group>
  );
}

/** What each instance may use. */
export function LimitFields(props: FieldsProps) {
  const field = useField(props);
  return (
    <Group title="Limits of each instance">
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Memory" optional inputMode="numeric" unit="MB" placeholder="three quarters of all" {...field("memoryMiB")} />
        {canSet(props.traits, "processors") && <TextField label="Processors" optional inputMode="decimal" placeholder="all" {...field("processors")} hint="Such as 0.5 or 2." />}
      </div>
    </Group>
  );
}

/** By what its siblings reach it besides its own name. */
export function NamesField(props: FieldsProps) {
  if (!canSet(props.traits, "names")) return null;
  return <TextField label="More private names" optional mono placeholder="db, cache" {...useField(props)("names")} hint="Siblings reach it by these too, from its next deploy on; 10 at most." />;
}

/** Where it is reached without a hostname. */
export function PortsField(props: FieldsProps) {
  if (!canSet(props.traits, "publish")) return null;
  return (
    <TextArea
      label="Ports of the server"
      optional
      rows={2}
      placeholder={"5432\n53:5353/udp"}
      {...useField(props)("publish")}
      hint={`${PUBLISHED_WORDS} One a line: the server’s port, where it is another a colon and the app’s, /udp, and "on" with an IPv4 address of the server for that one alone.`}
    />
  );
}

const replaces = [
  { value: "rolling", label: "Starts beside the old one" },
  { value: "stopFirst", label: "Starts when the old one has ended" },
];
const restarts = [
  { value: "always", label: "Always" },
  { value: "onFailure", label: "After a failure" },
  { value: "never", label: "Never" },
];
const inits = [
  { value: "", label: "As the image needs" },
  { value: "yes", label: "Docker’s init" },
  { value: "no", label: "None" },
];

/** Whether it begins again when it ends by itself, and what is process 1. */
export function ProcessFields(props: FieldsProps) {
  const { traits } = props;
  return (
    <>
      {canSet(traits, "restart") && <Choice {...props} label="Started again when it ends" of="restart" items={restarts} hint={props.draft.restart === "onFailure" ? "Exit code 0 is no failure: it stays ended then." : undefined} />}
      {canSet(traits, "init") && <Choice {...props} label="Process 1" of="init" items={inits} hint="Takes in orphans and hears the stop signal; an image with an init of its own needs none." />}
    </>
  );
}

/** What has a volume is never replaced in another way, whatever is set. */
function ReplaceField(props: FieldsProps) {
  const { keeps = false, draft } = props;
  const stops = "Never two at once: requests wait for it, half a minute at most.";
  if (!keeps) return <Choice {...props} label="A new release" of="replace" items={replaces} hint={draft.replace === "stopFirst" ? stops : undefined} />;
  return <Choice {...props} disabled draft={{ ...draft, replace: "stopFirst" }} label="A new release" of="replace" items={replaces} hint={`Stop first, since it has a volume. ${stops}`} />;
}

/** How it ends when another release takes its place. */
export function StoppingFields(props: FieldsProps) {
  const field = useField(props);
  const { traits } = props;
  return (
    <Group title="Replacing and stopping">
      {canSet(traits, "replace") && <ReplaceField {...props} />}
      {canSet(traits, "stopSignal") && <TextField label="Stop signal" optional mono placeholder="from the image, or SIGTERM" {...field("stopSignal")} />}
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Time to finish at the end" inputMode="numeric" unit="seconds" {...field("drainSeconds")} hint={traits.drains ? "For requests in flight when a release goes." : undefined} />
        {canSet(traits, "stopSeconds") && <TextField label="Time from the signal to the kill" optional inputMode="numeric" unit="seconds" placeholder={props.draft.drainSeconds} {...field("stopSeconds")} />}
      </div>
    </Group>
  );
}
