/** A list that grows at its end and loses its beginning, without being copied for it. */
export type Rows<T> = { length: number; at(index: number): T | undefined; /** How many its beginning has lost so far, less those that it was given. */ dropped: number };

/** Lost ones are kept in memory until so many have gathered. */
const LOOSE = 20_000;

export function createRows<T>() {
  let all: T[] = [];
  let head = 0;
  let dropped = 0;
  return {
    push: (row: T) => void all.push(row),
    /** Puts some before the oldest. */
    prepend(rows: readonly T[]): void {
      all = [...rows, ...all.slice(head)];
      head = 0;
      dropped -= rows.length;
    },
    /** Loses so many of the oldest. */
    drop(count: number): void {
      if (count <= 0) return;
      head += count;
      dropped += count;
      if (head < LOOSE) return;
      all = all.slice(head);
      head = 0;
    },
    size: () => all.length - head,
    view: (): Rows<T> => ({ length: all.length - head, at: (index) => (index < 0 ? undefined : all[head + index]), dropped }),
  };
}
