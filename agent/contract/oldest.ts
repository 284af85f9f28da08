/** Programs before these are not brought to a server, and the doctor says so of one that has them; why stands in known-bad.ts. */
export const OLDEST_CADDY = "2.11.3";
export const OLDEST_BUILDX = "0.21.3";
