const AGAIN_MS = 500;

/** Says a value that changes often: one call at a time, always with the newest, again until it was heard. */
export function createLatest<T>(say: (value: T) => Promise<unknown>, worthAgain: (error: unknown) => boolean) {
  let wanted: { value: T } | null = null;
  let running = false;
  let stopped = false;
  async function run(): Promise<void> {
    running = true;
    while (wanted && !stopped) {
      const { value } = wanted;
      wanted = null;
      try {
        await say(value);
      } catch (error) {
        if (!worthAgain(error)) break;
        wanted ??= { value };
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    running = false;
  }
  return {
    set(value: T): void {
      wanted = { value };
      if (!running && !stopped) void run();
    },
    stop: () => void (stopped = true),
  };
}
