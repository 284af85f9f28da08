/** Whether one dotted version comes before another: part by part, what is missing is nothing; a prerelease counts as its release. */
export function isBefore(version: string, than: string): boolean {
  const parts = (text: string) => text.split(/[-+~]/, 1)[0]!.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(version), parts(than)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
