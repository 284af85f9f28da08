import { expect, test, vi } from "vitest";

vi.mock("../link.ts", async () => ({ linkState: (await import("../link/state.ts")).linkState }));
const { become } = await import("../link/state.ts");
const { queries } = await import("./queries.ts");
const { renewWhenBack } = await import("./renew.ts");

test("what was asked before the link was lost is asked anew, also where it was open before anybody listened", () => {
  const asked = vi.spyOn(queries, "invalidateQueries").mockResolvedValue();
  become("open");
  renewWhenBack();
  expect(asked).not.toHaveBeenCalled();
  become("opening");
  become("open");
  expect(asked).toHaveBeenCalledTimes(1);
});
