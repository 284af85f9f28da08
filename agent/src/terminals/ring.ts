const SMALLEST = 16 * 1024;

/** The last bytes of a stream, addressed by their offset from its beginning. Grows to its limit, then forgets the oldest. */
export function createRing(limit: number) {
  let bytes = Buffer.allocUnsafe(Math.min(SMALLEST, limit));
  let start = 0;
  let end = 0;

  /** What is kept, in order; `to` is at most `capacity` behind `from`. */
  function copyTo(target: Buffer, from: number, to: number): void {
    const at = from % bytes.length;
    const first = Math.min(to - from, bytes.length - at);
    bytes.copy(target, 0, at, at + first);
    bytes.copy(target, first, 0, to - from - first);
  }
  function grow(needed: number): void {
    let size = bytes.length;
    while (size < needed && size < limit) size = Math.min(limit, size * 2);
    if (size === bytes.length) return;
    const larger = Buffer.allocUnsafe(size);
    // Each byte moves to its place modulo the new size.
    const kept = Buffer.allocUnsafe(end - start);
    copyTo(kept, start, end);
    bytes = larger;
    place(kept, start);
  }
  function place(data: Buffer, offset: number): void {
    const at = offset % bytes.length;
    const first = Math.min(data.length, bytes.length - at);
    data.copy(bytes, at, 0, first);
    data.copy(bytes, 0, first);
  }

  return {
    push(data: Buffer): void {
      const total = end + data.length;
      if (total - start > bytes.length) grow(total - start);
      // Of more than fits at once only the last part stays.
      const kept = data.length > bytes.length ? data.subarray(data.length - bytes.length) : data;
      place(kept, total - kept.length);
      end = total;
      start = Math.max(start, end - bytes.length);
    },
    /** At most `most` bytes from `from` on, which must not be before `start`. */
    read(from: number, most: number): Buffer {
      const to = Math.min(end, from + most);
      const copy = Buffer.allocUnsafe(Math.max(0, to - from));
      if (copy.length > 0) copyTo(copy, from, to);
      return copy;
    },
    start: () => start,
    end: () => end,
  };
}
export type Ring = ReturnType<typeof createRing>;
