import { all, insert, one, run, type Db } from "./sql.ts";

export type RawTicketRow = {
  id: string;
  secretHash: string;
  purpose: string;
  /** JSON: what it is of. */
  about: string;
  login: string | null;
  personId: string | null;
  desktop: string | null;
  /** Bytes. */
  size: number;
  createdAt: number;
  expiresAt: number;
  endedAt: number | null;
  /** JSON: what came of an upload. */
  result: string | null;
};

export const createRawTicket = (db: Db, ticket: Omit<RawTicketRow, "endedAt" | "result">): void => insert(db, "rawTicket", ticket);
export const findRawTicket = (db: Db, id: string) => one<RawTicketRow>(db, "SELECT * FROM rawTicket WHERE id = ?", id);
/** Its earlier secret is no good any more. */
export const renewRawTicket = (db: Db, id: string, secretHash: string): number => run(db, "UPDATE rawTicket SET secretHash = ? WHERE id = ?", secretHash, id);
export const endRawTicket = (db: Db, id: string, at: number, result: string | null): number =>
  run(db, "UPDATE rawTicket SET endedAt = ?, result = ? WHERE id = ? AND endedAt IS NULL", at, result, id);
export const forgetRawTickets = (db: Db, expiredBefore: number): number => run(db, "DELETE FROM rawTicket WHERE expiresAt < ?", expiredBefore);
export const openRawTickets = (db: Db, now: number): Pick<RawTicketRow, "id" | "expiresAt">[] =>
  all(db, "SELECT id, expiresAt FROM rawTicket WHERE endedAt IS NULL AND expiresAt > ?", now);
/** Open ones of one holder and purpose, oldest first. */
export const rawTicketsOf = (db: Db, { login, personId, purpose }: Pick<RawTicketRow, "login" | "personId" | "purpose">, now: number): { id: string }[] =>
  all(db, "SELECT id FROM rawTicket WHERE login IS ? AND personId IS ? AND purpose = ? AND endedAt IS NULL AND expiresAt > ? ORDER BY id", login, personId, purpose, now);
/** All of a purpose that are known yet, over or not, by age. */
export const rawTicketsFor = (db: Db, purpose: string): Pick<RawTicketRow, "id" | "about">[] => all(db, "SELECT id, about FROM rawTicket WHERE purpose = ? ORDER BY id", purpose);
/** Of which nothing came, over or not: what an earlier life took of them lies somewhere. */
export const unfinishedRawTickets = (db: Db): RawTicketRow[] => all(db, "SELECT * FROM rawTicket WHERE result IS NULL ORDER BY id");
