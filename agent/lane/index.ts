export { CHUNK, RAW_STREAMS, SESSION_WINDOW, STREAM_WINDOW } from "./bounds.ts";
export { createDigest, type Digest } from "./digest.ts";
export { readLines } from "./lines.ts";
export { createPace, type Pace } from "./pace.ts";
export { createAcks, receive, type Sink } from "./receive.ts";
export { send, type Source } from "./send.ts";
export { createTurns } from "./turns.ts";
