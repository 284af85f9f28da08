import { BoxIcon } from "lucide-react";
import { expect, test, vi } from "vitest";

vi.mock("../../link.ts", () => ({ client: {} }));
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
const { found } = await import("./entries.ts");

const entry = (name: string, group = "Services") => ({ id: name, group, name, icon: BoxIcon, run: () => {} });

test("a name that begins with the search goes first; every word must be there", () => {
  const entries = [entry("open-web"), entry("rewebbed"), entry("web"), entry("api"), entry("Deploy", "web")];
  expect({
    web: found(entries, "web").map(({ name }) => name),
    two: found(entries, "web dep").map(({ name }) => name),
    sign: found(entries, "(").length,
  }).toEqual({ web: ["web", "open-web", "rewebbed", "Deploy"], two: ["Deploy"], sign: 0 });
});
