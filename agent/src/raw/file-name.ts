/** What a file may be called on every system: "web-2026-11-29T10-31-02.log". */
export function logName(service: string, at: number, part = ""): string {
  return `${plain(service) || "service"}${part}-${new Date(at).toISOString().slice(0, 19).replaceAll(":", "-")}.log`;
}

/** Longer ones say no more, and paths have an end. */
const LONGEST = 40;

/** What lines were found by, as far as a name can say it: "-found-slow-query". */
export function foundPart(text = ""): string {
  const word = plain(text).slice(0, LONGEST).replace(/-+$/, "");
  return word === "" ? "-found" : `-found-${word}`;
}

/** What a file or a folder of a volume may be called where it is taken to. */
export const takenName = (name: string): string => name.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069<>:"/\\|?*]/g, "_").replace(/[. ]+$/, "_").slice(0, 200) || "file";

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "");
