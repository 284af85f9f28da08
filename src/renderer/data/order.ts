/** The list with that one put before the place; null where it stands there already. */
export function moved(ids: readonly string[], id: string, before: number): string[] | null {
  const from = ids.indexOf(id);
  if (from < 0 || before < 0 || before > ids.length || before === from || before === from + 1) return null;
  const rest = ids.filter((each) => each !== id);
  rest.splice(before > from ? before - 1 : before, 0, id);
  return rest;
}
