const LONG = 200;
/** Pasted into the wrong field, it is refused; what was refused is kept too. */
const PRIVATE_KEY = /PRIVATE KEY/;
const CREDENTIALS = /\/\/[^/@\s]*@/g;
/** Maps of name → value whose values are secrets. */
const SECRET_MAPS = new Set(["set", "variables"]);
const SECRET_FIELDS = new Set(["value", "password", "passphrase", "token", "secret", "key"]);
/** Of these a list is one of names: which variables become secret. */
const NAME_LISTS = new Set(["secret"]);

export const redactText = (text: string): string => text.replace(CREDENTIALS, "//•••@");

/** What of an input may be kept: names of variables but never values, no credentials in addresses, nothing long. */
export function redact(value: unknown, field = "", depth = 0): unknown {
  if (depth > 6) return "…";
  if (SECRET_FIELDS.has(field) && !(NAME_LISTS.has(field) && Array.isArray(value))) return "•••";
  if (typeof value === "string") {
    if (PRIVATE_KEY.test(value)) return "•••";
    const shown = value.length > LONG ? `${value.slice(0, LONG)}… (${value.length} characters)` : value;
    return redactText(shown);
  }
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, "", depth + 1));
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).slice(0, 500);
    const hide = SECRET_MAPS.has(field);
    return Object.fromEntries(
      entries.map(([key, item]) => [key.slice(0, LONG), hide ? "•••" : redact(item, key, depth + 1)]),
    );
  }
  return value;
}
