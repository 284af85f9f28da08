import { expect, test } from "vitest";
import { insideOf } from "./names.ts";

const release = { id: "", deploymentId: "", commit: null, image: null, port: 3000, createdAt: 1 };

test("its own name stands first, each with the port of what is live", () => {
  expect([
    insideOf({ privateName: "api", privateNames: ["db", "api"], liveRelease: release }),
    insideOf({ privateName: "api", privateNames: ["db"], liveRelease: { ...release, port: null } }),
    insideOf({ privateName: "api", privateNames: [], liveRelease: null }),
    insideOf({ privateName: null, privateNames: [], liveRelease: release }),
  ]).toEqual([["api:3000", "db:3000"], ["api", "db"], ["api"], []]);
});
