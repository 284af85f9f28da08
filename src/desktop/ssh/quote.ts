/** SSH carries one string: each word in single quotes, which every login shell leaves alone. */
export function commandLine(argv: readonly string[]): string {
  return argv.map(quoteWord).join(" ");
}

export function quoteWord(word: string): string {
  if (word.includes("\0")) throw new TypeError("An argument cannot contain a NUL character.");
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
