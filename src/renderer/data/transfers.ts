import { OFFER_HEADER, RAW_WEB_PATH, SLICE, SLICE_HEADER, type LogOf, type Offer, type Server, type Transfer } from "../../contract/index.ts";
import { client, inElectron } from "../link.ts";
import type { VariableScope } from "./agent.ts";
import { hasStage } from "./staged.ts";
import { createLive, newest } from "./live.ts";
import { saveBlob } from "./save.ts";

type OfVolume = { id: string; environmentId: string };

const live = createLive<Transfer[]>((signal) => client.transfers.watch({}, { signal }), newest);

/** Files on their way between this computer and a server, newest first. */
export const useTransfers = (server: Server): Transfer[] => (live.use() ?? []).filter(({ serverId }) => serverId === server.id);
export const useAllTransfers = (): Transfer[] | undefined => live.use();

export const isGoing = ({ state }: Transfer) => state === "waiting" || state === "running";

/**
 * A log, or what was found in it, into a file; with the app the person chooses where, a browser puts it among its downloads.
 * `signal` ends it, also while the server still reads through it.
 */
export async function downloadLog(server: Server, log: LogOf, signal: AbortSignal): Promise<void> {
  const begun = await client.transfers.downloadLog({ serverId: server.id, log }, { signal });
  if (begun?.offer) await orCancel(begun.offer, takeOffer(begun.offer, signal));
}

/** Stages or sets all that a `.env` file names, or nothing. Its values are not read by the page where the app can read them itself. */
export async function uploadVariables(server: Server, scope: VariableScope): Promise<void> {
  const file = inElectron ? null : await chooseFile();
  if (!inElectron && file === null) return;
  const stage = await hasStage(server.id, scope.environmentId);
  const begun = await client.transfers.uploadVariables({ serverId: server.id, ...scope, stage, file: file && { name: file.name, size: file.size } });
  if (begun?.offer && file) await orCancel(begun.offer, bring(begun.offer, file));
}

/** A file of a volume, or a folder as a tar, into a file. */
export async function downloadFile(server: Server, volume: OfVolume, path: string, signal: AbortSignal): Promise<void> {
  const begun = await client.transfers.downloadFile({ serverId: server.id, volume, path }, { signal });
  if (begun?.offer) await orCancel(begun.offer, takeOffer(begun.offer, signal));
}

/** Into a volume, in place of what is there by that name. Resolves when all of it was handed on; `begun` is told which of the list it is. */
export async function uploadFile(server: Server, volume: OfVolume, path: string, file: File, begun: (id: string) => void): Promise<void> {
  const { transfer, offer } = await client.transfers.uploadFile({ serverId: server.id, volume, path, file: { name: file.name, size: file.size } });
  begun(transfer.id);
  await orCancel(offer, inElectron ? handOn(offer, file) : bring(offer, file));
}

/** What went wrong with it, the list tells. */
async function orCancel({ id }: Offer, work: Promise<void>): Promise<void> {
  await work.catch(() => client.transfers.cancel({ id }));
}

const ask = (offer: Offer, init: RequestInit, headers: Record<string, string> = {}) => fetch(RAW_WEB_PATH + offer.id, { ...init, headers: { ...headers, [OFFER_HEADER]: offer.secret } });

async function takeOffer(offer: Offer, signal: AbortSignal): Promise<void> {
  const response = await ask(offer, { signal });
  if (!response.ok) throw new Error(`Refused: ${response.status}`);
  saveBlob(offer.name, await response.blob());
}

async function bring(offer: Offer, file: File): Promise<void> {
  for (let at = 0; at < file.size; at += SLICE) {
    const { ok, status } = await ask(offer, { method: "PUT", body: file.slice(at, at + SLICE) }, { [SLICE_HEADER]: String(at) });
    if (!ok) throw new Error(`Refused: ${status}`);
  }
}

/** Bytes of a slice over the line to the app, which takes text. */
const PART = 1024 ** 2;

/** The same in the app, where there is no web host. */
async function handOn({ id, secret }: Offer, file: File): Promise<void> {
  for (let at = 0; at < file.size; at += PART) await client.transfers.bring({ id, secret, at, bytes: await asText(file.slice(at, at + PART)) });
}

const asText = (part: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve((reader.result as string).split(",", 2)[1] ?? ""));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("The file cannot be read")));
    reader.readAsDataURL(part);
  });

const chooseFile = async (): Promise<File | null> => (await chooseFiles({ multiple: false }))[0] ?? null;

/** None where the person chose none. */
export function chooseFiles({ multiple }: { multiple: boolean }): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = multiple;
    input.addEventListener("change", () => resolve([...(input.files ?? [])]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  });
}
