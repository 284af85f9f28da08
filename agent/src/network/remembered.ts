/** Asked once; where that was not answered, again the next time. */
export function remembered(ask: () => Promise<boolean>): () => Promise<boolean> {
  let known: Promise<boolean> | null = null;
  return () =>
    (known ??= ask().catch((error: unknown) => {
      known = null;
      throw error;
    }));
}
