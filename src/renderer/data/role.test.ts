import { expect, test, vi } from "vitest";
import type { Server } from "../../contract/index.ts";

vi.mock("../link.ts", () => ({ client: {} }));
const { may, refusedTo, roleWords } = await import("./role.ts");

const server = (role: string) => ({ name: "fra-1", hello: { me: { role, name: "Noor", personId: null } } }) as unknown as Server;

test("a role that nobody here has heard of may look, and hears that the app is too old for it", () => {
  for (const role of ["of-later", "constructor"]) {
    expect([may(server(role), "viewer"), may(server(role), "deployer"), roleWords(role).name]).toEqual([true, false, role]);
    expect(refusedTo(server(role), "deployer")).toBe(`This app does not know the role ${role} that you have on fra-1, and only shows what there is. Update the app.`);
  }
  expect([refusedTo(server("viewer"), "deployer"), refusedTo(server("owner"), "deployer")]).toEqual(["Needs the role deployer. Yours on fra-1 is viewer.", null]);
});
