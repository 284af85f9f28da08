import type { Server } from "../../contract/index.ts";
import type { Live } from "../live/live.ts";
import type { ServersFile } from "./file.ts";

/** How a person sorts their servers: kept in the file, and shown at once. */
export function createArrange({ file, list, find }: { file: ServersFile; list: Live<Server[]>; find: (id: string) => Server }) {
  async function reorder(ids: string[]): Promise<Server[]> {
    await file.change((all) => inOrder(all, ids));
    list.update((all) => inOrder(all, ids));
    return list.get();
  }

  async function setTags(id: string, wanted: string[]): Promise<Server> {
    find(id);
    const tags = distinct(wanted);
    await file.change((all) => all.map((kept) => (kept.id === id ? { ...kept, tags } : kept)));
    list.update((all) => all.map((server) => (server.id === id ? { ...server, tags } : server)));
    return find(id);
  }

  return { reorder, setTags };
}

/** Those that are not named stay behind in their old order: another window may have added them meanwhile. */
export function inOrder<T extends { id: string }>(all: T[], ids: readonly string[]): T[] {
  const place = new Map(ids.map((id, index) => [id, index]));
  const of = ({ id }: T) => place.get(id) ?? ids.length;
  return [...all].sort((one, other) => of(one) - of(other));
}

/** The first way of writing a word stays. */
function distinct(tags: readonly string[]): string[] {
  const seen = new Set<string>();
  return tags.filter((tag) => !seen.has(tag.toLowerCase()) && seen.add(tag.toLowerCase()));
}
