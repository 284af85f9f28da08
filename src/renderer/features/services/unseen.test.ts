import { expect, test, vi } from "vitest";
import type { Service } from "@aeroplane/agent/contract";
import { configOf, image, projectOf, serviceOf } from "../../../../test/e2e/fixture/make.ts";

vi.mock("../../link.ts", () => ({ client: {}, linkState: { subscribe: () => {} } }));
const { restingState } = await import("./state-table.ts");
const { summaryOf } = await import("../projects/summary.ts");
const { unseenLine, unseenWords } = await import("./unseen.ts");

const at = new Date(2026, 0, 5, 12, 3, 11).getTime();
const project = projectOf(1, 1, "shop", 0);
const service = (unseen: Service["unseen"]) => serviceOf(project, "s", { name: "web", shape: "web", config: configOf(image("nginx:1")), state: unseen ? "unknown" : "live", stateSince: at, unseen });
const away = service({ state: "live", at, why: "docker-away" });
const fresh = service({ state: "crash-looping", at: null, why: "not-yet" });

test("what was not seen is neither well nor unwell, and is not said to be live", () => {
  expect([away, fresh, service({ state: "of-later", at, why: "of-later" })].map(restingState)).toEqual([
    { word: "Not seen", tone: "idle" },
    { word: "Not seen yet", tone: "idle" },
    { word: "Not seen yet", tone: "idle" },
  ]);
  expect([summaryOf([away, away]), summaryOf([away, service(undefined)])]).toEqual([
    { words: "2 not seen", tone: "idle" },
    { words: "1 not seen", tone: "idle" },
  ]);
});

test("it is said how it was seen last, and what to do", () => {
  expect([unseenLine(away), unseenLine(fresh)]).toEqual(["Docker does not answer · last seen live at 12:03:11", "Docker is being asked · was crash-looping"]);
  expect(unseenWords(away).what).toBe("What web does now is not known: Docker does not answer. It was last seen live at 12:03:11.");
  expect(unseenWords(fresh).what).toBe("What web does now is not known yet: Docker has not told of it since 12:03:11. It was crash-looping when it was last seen.");
});
