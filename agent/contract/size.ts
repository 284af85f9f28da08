const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** "1.3 GB", "820 MB": each unit 1024 of the one before, in every sentence and on every screen. */
export function size(bytes: number): string {
  let step = 0;
  let value = bytes;
  while (value >= 1024 && step < UNITS.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)} ${UNITS[step]}`;
}
