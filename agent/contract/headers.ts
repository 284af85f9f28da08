/** Same key, same call: a repeated mutation answers what the first one answered. */
export const IDEMPOTENCY_HEADER = "x-idempotency-key";
/** The name of the desktop that asks, for the audit trail. */
export const DESKTOP_HEADER = "x-aeroplane-desktop";
/** The fingerprint of the SSH key that an owner's desktop signed in with: its own claim, kept in the audit trail as such. */
export const KEY_HEADER = "x-aeroplane-key";
