/** What a file may be called on every system: "web-2026-11-29.log". */
export function logName(service: string, at: number, part = ""): string {
  const plain = service.toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "") || "service";
  return `${plain}${part}-${new Date(at).toISOString().slice(0, 19).replaceAll(":", "-")}.log`;
}
