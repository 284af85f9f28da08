const kinds: [RegExp, string][] = [
  [/\r?\n$/, "Ends with a line break"],
  [/[^\S\r\n]$/, "Ends with a space"],
  [/^\r?\n/, "Begins with a line break"],
  [/^[^\S\r\n]/, "Begins with a space"],
];

/** What nobody sees at the edges of a value, and an app may stumble over; null: nothing. */
export function edgesOf(value: string): string | null {
  const found = kinds.find(([pattern]) => pattern.test(value));
  return found ? `${found[1]}, which is part of the value.` : null;
}
