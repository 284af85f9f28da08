/**
 * At most `limit` acts at a time. The first failure begins no further act, and is thrown when those under way have ended:
 * whoever clears up afterwards meets nobody who still makes something.
 */
export async function atOnce<T, R>(items: readonly T[], limit: number, act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  async function work() {
    while (next < items.length && failures.length === 0) {
      const at = next++;
      try {
        results[at] = await act(items[at]!);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
