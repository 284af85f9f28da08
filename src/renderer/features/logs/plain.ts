import Anser from "anser";

// Whatever a terminal would obey and a page would not show.
// oxlint-disable-next-line no-control-regex
const OTHER_CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

export const withoutControls = (text: string) => text.replace(OTHER_CONTROL, "");

/** A line without its colours, for searching and copying. */
export const plain = (text: string) => withoutControls(text.includes("\u001b") ? Anser.ansiToText(text) : text);
