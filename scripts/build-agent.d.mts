export function buildAgent(options?: { outfile?: string }): Promise<{ outfile: string; bytes: number }>;
