import { healthOf, type Health, type ServiceConfig, type Service, type Traits } from "@aeroplane/agent/contract";
import { mustAnswer } from "../../shapes/shapes.ts";

/** How a service shows that it is well, as a person types it. */
export type HealthDraft = {
  /** The kind of check. */
  health: string;
  healthPath: string;
  healthStatuses: string;
  /** Lines of "Name: value". */
  healthHeaders: string;
  healthTimeout: string;
  healthInterval: string;
  healthCommand: string;
  startSeconds: string;
};
export type HealthField = keyof HealthDraft;

export const emptyHealth: HealthDraft = {
  health: "http",
  healthPath: "",
  healthStatuses: "",
  healthHeaders: "",
  healthTimeout: "",
  healthInterval: "",
  healthCommand: "",
  startSeconds: "",
};

/** What is asked when nothing else is said. */
export const usualHealth = (traits: Traits): Health["by"] => (mustAnswer(traits) ? "http" : "up");

const number = (text: string) => (text.trim() === "" ? undefined : Number(text));
const text = (value: unknown) => (value === undefined || value === null ? "" : String(value));

export function healthDraftOf(config: Service["config"], traits: Traits): HealthDraft {
  const { health, imageHealth, healthPath, startSeconds } = config;
  // From before there was a choice: the HEALTHCHECK was waited for beside what the shape asks.
  const told = health ?? (imageHealth ? { by: "image" } : healthOf(config, traits));
  const { path, statuses, headers, timeoutSeconds, intervalSeconds, command } = told as Record<string, unknown>;
  return {
    health: String(told.by),
    healthPath: text(health ? path : healthPath),
    healthStatuses: text(statuses),
    healthHeaders: Object.entries((headers ?? {}) as Record<string, string>).map(([name, value]) => `${name}: ${value}`).join("\n"),
    healthTimeout: text(timeoutSeconds),
    healthInterval: text(intervalSeconds),
    healthCommand: text(command),
    startSeconds: text(startSeconds),
  };
}

type Checked = Pick<ServiceConfig, "health" | "healthPath" | "imageHealth">;

/** As the contract has it: in the words that every agent knows, where these are enough. */
export function healthConfigOf(traits: Traits, draft: HealthDraft): Checked {
  const path = draft.healthPath.trim() || null;
  const times = { timeoutSeconds: number(draft.healthTimeout), intervalSeconds: number(draft.healthInterval) };
  const plain = { healthPath: null, imageHealth: false };
  if (draft.health === "command") return { ...plain, health: { by: "command", command: draft.healthCommand.trim(), ...times } };
  if (draft.health === "http") {
    const statuses = draft.healthStatuses.trim() || null;
    const headers = headersIn(draft.healthHeaders);
    const isPlain = usualHealth(traits) === "http" && statuses === null && Object.keys(headers).length === 0 && times.timeoutSeconds === undefined && times.intervalSeconds === undefined;
    return { ...plain, healthPath: path, ...(isPlain ? {} : { health: { by: "http", path, statuses, headers, ...times } }) };
  }
  return draft.health === usualHealth(traits) ? plain : { ...plain, health: { by: draft.health } as Health };
}

/** A line without a colon is a name that the contract refuses. */
function headersIn(lines: string): Record<string, string> {
  const whole = lines.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    whole.map((line) => {
      const colon = line.indexOf(":");
      return colon < 0 ? [`${line.trim()} `, ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

const fieldsOf: Record<string, HealthField> = {
  path: "healthPath", statuses: "healthStatuses", headers: "healthHeaders", timeoutSeconds: "healthTimeout", intervalSeconds: "healthInterval", command: "healthCommand",
};

/** The field in which a part of the check is typed. */
export const healthFieldOf = (part: PropertyKey | undefined): HealthField => fieldsOf[String(part)] ?? "health";
