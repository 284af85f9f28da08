/** Same key, same call: a repeated mutation answers what the first one answered. */
export const IDEMPOTENCY_HEADER = "x-idempotency-key";
/** The name of the desktop that asks, for the audit trail. */
export const DESKTOP_HEADER = "x-aeroplane-desktop";
