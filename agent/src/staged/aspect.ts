import type { StagedRow as Shown } from "../../contract/index.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { Db, Scope, StagedRow } from "../store/index.ts";

type Deps = { db: Db; sealer: Sealer };
/** `reveal`: values of plain variables, for who may reveal them. */
export type Showing = Deps & { reveal: boolean };

/** A part of what is wanted that can be staged. All that differs between two of them stands here. */
export type Aspect = {
  /** "The variable URL". */
  words(name: string): string;
  /** What the row does is so already. */
  isWanted(db: Db, row: StagedRow): boolean;
  /** Within a transaction: rows of one scope become what is wanted. Refuses what cannot be together. */
  apply(db: Db, scope: Scope, rows: readonly StagedRow[], at: number): void;
  shown(deps: Showing, row: StagedRow): Promise<Pick<Shown, "act" | "kind" | "value">>;
  /** What is wanted now in its place; null: nothing. */
  wanted(deps: Showing, row: StagedRow): Promise<Pick<Shown, "kind" | "value"> | null>;
};
