// Secrets that can be told wherever they turn up, in whatever they are wrapped.
import { randomBytes } from "node:crypto";

export type Canary = { name: string; value: string; forms: Map<string, Buffer> };

/** Signs that JSON, addresses and shells write in their own ways, around letters and digits that none of them changes. */
export function canary(name: string): Canary {
  const core = `kanarie${randomBytes(12).toString("hex")}`;
  return { name, value: `"ä\\ ${core}/+?`, forms: formsOf(core) };
}

function formsOf(core: string): Map<string, Buffer> {
  const hex = Buffer.from(core).toString("hex");
  const forms = new Map<string, Buffer>([
    ["plain", Buffer.from(core)],
    ["hex", Buffer.from(hex)],
    ["HEX", Buffer.from(hex.toUpperCase())],
    ["UTF-16", Buffer.from(core, "utf16le")],
    ["reversed", Buffer.from([...core].reverse().join(""))],
  ]);
  // Base64 looks different by where in its three bytes the text begins; what touches other text is left out.
  for (const shift of [0, 1, 2]) {
    const text = Buffer.from("x".repeat(shift) + core).toString("base64").replace(/=+$/, "");
    forms.set(`base64 +${shift}`, Buffer.from(text.slice(shift === 0 ? 0 : 4, -3)));
  }
  return forms;
}

/** Which secrets stand in these bytes, and how they are written. */
export function found(bytes: Buffer, canaries: readonly Canary[]): string[] {
  return canaries.flatMap(({ name, forms }) => [...forms].filter(([, form]) => bytes.includes(form)).map(([form]) => `${name} (${form})`));
}
