import type { HostFiles } from "../desktop/transfers/transfers.ts";
import type { Asked, HostLine } from "./messages.ts";

/** Files that a person chooses in a dialog of the host, asked for over the line to it. */
export function createDialogs(post: HostLine["post"]): { files: HostFiles; answered: (id: number, path: string | null) => void } {
  const open = new Map<number, (path: string | null) => void>();
  let count = 0;
  const ask = (asked: Asked) =>
    new Promise<string | null>((resolve) => {
      count += 1;
      open.set(count, resolve);
      post({ type: "ask", id: count, asked });
    });
  return {
    files: {
      chooseSave: (name) => ask({ act: "save", name }),
      chooseOpen: (title) => ask({ act: "open", title }),
      show: (path) => post({ type: "show", path }),
    },
    answered(id, path) {
      open.get(id)?.(path);
      open.delete(id);
    },
  };
}
