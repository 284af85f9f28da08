/** The same stream, with its failure told in other words; ending early ends the source. */
export async function* streamWithErrors(source: AsyncIterator<unknown>, tell: (error: unknown) => unknown): AsyncGenerator<unknown> {
  try {
    while (true) {
      const result = await source.next();
      if (result.done) return;
      yield result.value;
    }
  } catch (error) {
    throw tell(error);
  } finally {
    await source.return?.();
  }
}
