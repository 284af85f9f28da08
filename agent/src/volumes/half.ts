import { randomBytes } from "node:crypto";

/** One that an earlier life of the agent left is told by it from those of this one. */
export const LIFE = randomBytes(6).toString("hex");
const PREFIX = ".aeroplane-upload-";
const [BEGIN, END] = [Buffer.from(PREFIX), Buffer.from(`-${LIFE}`)];

/** What a file is called until all of it has come: beside the one that it is for, and known by its ticket. */
export const halfOf = (ticketId: string): Buffer => Buffer.from(`${PREFIX}${ticketId}-${LIFE}`);

/** Of a ticket, in whatever life. */
export const isHalfOf = (ticketId: string, name: string): boolean => name.startsWith(`${PREFIX}${ticketId}-`);

/** Comes now, and is no part of the volume yet: neither listed nor taken along. What an earlier life left is there for all to see. */
export const isHalf = (name: Buffer): boolean =>
  name.length > BEGIN.length + END.length && name.subarray(0, BEGIN.length).equals(BEGIN) && name.subarray(-END.length).equals(END);

/** A line of a tool that says of such a file alone that it has gone. */
const GONE = new RegExp(`^[a-z]+: cannot [a-z]+ '[^']*/${PREFIX.replace(".", "\\.")}[0-9a-f-]+'( for reading)?: No such file or directory$`);
export const onlyHalvesGone = (words: string): boolean => words.trim() !== "" && words.trim().split("\n").every((line) => GONE.test(line));
