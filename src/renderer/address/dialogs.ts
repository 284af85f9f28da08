import { names } from "@aeroplane/agent/contract";
import * as z from "zod";
import { serverAddress } from "../../contract/index.ts";

type Row = {
  takes: Record<string, z.ZodType<string>>;
  /** Nothing is one key away from being done there: a link from elsewhere may open it. */
  harmless?: true;
  /** Leaves no entry of its own in the history, so that what lies before and after its page stays in reach. */
  passing?: true;
};

const nothing = {};
const server = { serverId: names.id };
const project = { projectId: names.id };
const environment = { environmentId: names.id };
/** Of a service; "newest": the newest that is not live. */
const release = { serviceId: names.id, releaseId: names.id.or(z.literal("newest")) };
const volume = { volumeId: names.id };
const person = { personId: names.id };

/** Every dialog that has an address, and what it is about; questions that the app itself asks have none. */
export const dialogs = {
  "add-server": { takes: nothing },
  "rename-server": { takes: server },
  "change-sign-in": { takes: server },
  "forget-server": { takes: server },
  "uninstall-server": { takes: server },
  "forget-host-key": { takes: { ...server, address: serverAddress } },
  "server-tags": { takes: server },
  "server-proxies": { takes: server },
  "server-storage": { takes: server },
  "server-cleanup": { takes: server },
  "new-project": { takes: nothing },
  "rename-project": { takes: project },
  "delete-project": { takes: project },
  "new-environment": { takes: project },
  "rename-environment": { takes: environment },
  "delete-environment": { takes: environment },
  "review-staged": { takes: environment },
  "discard-staged": { takes: environment },
  "new-service": { takes: nothing },
  "first-service": { takes: nothing },
  "add-domain": { takes: { serviceId: names.id } },
  "add-volume": { takes: { serviceId: names.id } },
  "rename-volume": { takes: volume },
  "copy-volume": { takes: volume },
  "remove-volume": { takes: volume },
  "return-volume": { takes: volume },
  "empty-volume": { takes: volume },
  "delete-service": { takes: { serviceId: names.id } },
  "roll-back": { takes: release },
  "compare-releases": { takes: release, harmless: true },
  "run-command": { takes: { serviceId: names.id } },
  command: { takes: { serviceId: names.id, runId: names.id } },
  secrets: { takes: { act: z.enum(["keep-in-file", "start-new", "unlock", "change", "use-keychain", "forget"]) } },
  "invite-person": { takes: nothing },
  invitation: { takes: person },
  "change-role": { takes: person },
  "revoke-person": { takes: person },
  palette: { takes: nothing, passing: true },
  shortcuts: { takes: nothing, harmless: true },
} as const satisfies Record<string, Row>;

type Table = typeof dialogs;
export type DialogType = keyof Table;
export type Dialog = { [T in DialogType]: { type: T } & { [K in keyof Table[T]["takes"]]: z.output<Extract<Table[T]["takes"][K], z.ZodType>> } }[DialogType];
export type SecretsAct = Extract<Dialog, { type: "secrets" }>["act"];

const rowOf = (type: DialogType): Row => dialogs[type];
export const isHarmless = ({ type }: Dialog): boolean => rowOf(type).harmless === true;
export const isPassing = ({ type }: Dialog): boolean => rowOf(type).passing === true;

/** "serverId" is "server" there. */
const word = (key: string) => key.replace(/Id$/, "");

export function writeDialog({ type, ...about }: Dialog): string {
  const values = about as Record<string, string>;
  return new URLSearchParams([["dialog", type], ...Object.keys(rowOf(type).takes).map((key) => [word(key), values[key] ?? ""])]).toString();
}

/** Null where it is unknown, or not said once and wholly what it is about. */
export function readDialog(text: string): Dialog | null {
  const given = new URLSearchParams(text);
  const one = (key: string): string | undefined => {
    const all = given.getAll(key);
    return all.length === 1 ? all[0] : undefined;
  };
  const type = one("dialog");
  if (type === undefined || !Object.hasOwn(dialogs, type)) return null;
  const dialog: Record<string, string> = { type };
  for (const [key, schema] of Object.entries(rowOf(type as DialogType).takes)) {
    const read = schema.safeParse(one(word(key)));
    if (!read.success) return null;
    dialog[key] = read.data;
  }
  return dialog as Dialog;
}
