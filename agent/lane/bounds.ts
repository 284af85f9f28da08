/** So many raw streams at a time over one connection to a server; more would only share the line. */
export const RAW_STREAMS = 2;

const MiB = 1024 ** 2;

/** Most that may be on the way of one raw stream, whatever the line: bytes. Also the window of each stream of a bridge. */
export const STREAM_WINDOW = 4 * MiB;
/** Of a whole bridge: raw streams that stand still leave the calls beside them what they need. */
export const SESSION_WINDOW = RAW_STREAMS * STREAM_WINDOW + 8 * MiB;

/** Read and written at once: bytes. */
export const CHUNK = 64 * 1024;
