/** Answers `value` after so many milliseconds, or at once when the signal fires; never fails, and keeps no program alive. */
export function after(milliseconds: number, signal?: AbortSignal): Promise<void>;
export function after<T>(milliseconds: number, signal: AbortSignal | undefined, value: T): Promise<T>;
export function after<T>(milliseconds: number, signal?: AbortSignal, value?: T): Promise<T> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve(value as T);
    };
    const timer = setTimeout(end, Math.max(0, milliseconds));
    timer.unref();
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
