/** So many servers are tried as soon as the app is there. */
const AT_ONCE = 4;
/** Milliseconds until the next ones, and between two of them: a try takes some ten of the processor, and the window that opens comes first. */
const REST_AFTER = 400;
const APART = 25;

/** Milliseconds that the first try of an app that has just started waits, by the server's place in the list. */
export const waitOfFirst = (place: number): number => (place < AT_ONCE ? 0 : REST_AFTER + (place - AT_ONCE) * APART);
