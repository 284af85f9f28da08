import { LINK_PREFIX } from "../../contract/index.ts";
import type { Address } from "./address.ts";
import { write } from "./text.ts";

/** To be given to somebody, or kept: the page alone, never a dialog; `page`: where the window is served, without its fragment. */
export function linkTo(address: Address, page: string | null): string {
  const text = write({ ...address, dialog: null });
  return page === null ? `${LINK_PREFIX}${text}` : `${page}#${text}`;
}
