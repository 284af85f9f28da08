export function buildAgent(options?: {
  outfile?: string;
  /** For tests: texts of source files, by their path in the repository, changed on the way into the bundle. */
  change?: Record<string, (text: string) => string>;
}): Promise<{ outfile: string; bytes: number }>;
