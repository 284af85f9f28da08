const PAGE = 100;

/** All of a list that is answered in pages, in its own order; each page is a call of its own, so that none takes long. */
export async function everyPage<T extends { id: string }>(ask: (page: { after?: string; limit: number }) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const page = await ask({ limit: PAGE, ...(all.length > 0 ? { after: all.at(-1)!.id } : {}) });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}
