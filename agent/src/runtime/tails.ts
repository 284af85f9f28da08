/** Where a tail was too short, one so many times as long is asked for. */
export const MORE = 8;
/** From so many records on all are read: more are hardly ever kept. */
export const ALL = 200_000;
