import { LINK_PREFIX, LONGEST_ADDRESS } from "../contract/window.ts";

const link = new RegExp(`^${LINK_PREFIX}(/[!-~]*)?$`, "i");

/** The path of the last link to a page of the app among words that the system hands over; whether there is such a page is the window's to say. */
export function pathIn(words: readonly string[]): string | null {
  const found = words.findLast((word) => word.length <= LINK_PREFIX.length + LONGEST_ADDRESS && link.test(word));
  return found === undefined ? null : (link.exec(found)?.[1] ?? "/");
}
