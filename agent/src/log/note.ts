/** The agent's own log: one JSON line on stderr, for journald or a file. */
export function note(event: string, data: Record<string, unknown> = {}): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...data })}\n`);
}
