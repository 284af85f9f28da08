import { create } from "zustand";
import type { Service } from "@aeroplane/agent/contract";
import type { LogOf, Server } from "../../contract/index.ts";
import { downloadLog } from "../data/transfers.ts";
import { perform } from "./perform.ts";

type Saving = { asked: AbortController; button: string };
/** Logs that a server is reading through for a download, by what they are of and what is looked for. */
const useSaving = create<{ saving: ReadonlyMap<string, Saving> }>(() => ({ saving: new Map() }));

const keyOf = (server: Server, log: LogOf) => JSON.stringify([server.id, log]);
/** Which button ends it: one for all that is found in a service's log, since what is looked for may be something else by now. */
const buttonOf = (server: Server, log: LogOf) => JSON.stringify([server.id, log.type, log.id, log.type === "service" && log.filter !== undefined]);
const change = (act: (saving: Map<string, Saving>) => void) =>
  useSaving.setState(({ saving }) => {
    const next = new Map(saving);
    act(next);
    return { saving: next };
  });

const ofButton = (saving: ReadonlyMap<string, Saving>, server: Server, log: LogOf) => [...saving.values()].filter(({ button }) => button === buttonOf(server, log));

export const useIsSaving = (server: Server, log: LogOf): boolean => useSaving(({ saving }) => ofButton(saving, server, log).length > 0);

export function saveLog(title: string, server: Server, log: LogOf, service?: Service): void {
  const key = keyOf(server, log);
  if (useSaving.getState().saving.has(key)) return;
  perform(title, { server, ...(service ? { service } : {}) }, async () => {
    const asked = new AbortController();
    change((saving) => saving.set(key, { asked, button: buttonOf(server, log) }));
    try {
      await downloadLog(server, log, asked.signal);
    } catch (error) {
      // Whoever cancelled it need not be told.
      if (!asked.signal.aborted) throw error;
    } finally {
      change((saving) => saving.delete(key));
    }
  });
}

export const stopSaving = (server: Server, log: LogOf): void => ofButton(useSaving.getState().saving, server, log).forEach(({ asked }) => asked.abort());

/** What is looked for in the log that is looked at; `refused`: why there is nothing to be had of it. */
export type Found = { log: LogOf & { type: "service" }; refused: string | null };
export const useFound = create<{ found: Found | null }>(() => ({ found: null }));
