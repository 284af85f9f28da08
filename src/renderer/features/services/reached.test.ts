import { expect, test } from "vitest";
import { reachedLine, reachedWords } from "./reached.ts";

test("each limit that was reached is said with what it is and what to do; one of a newer agent is left out", () => {
  const service = { name: "web", reached: [{ what: "disk", limit: "1 GB", count: 1 }, { what: "memory", limit: "512 MB", count: 1 }, { what: "processes", limit: "2048", count: 12 }] };
  expect([reachedLine(service), reachedLine({ name: "web", reached: undefined }), reachedWords(service).map(({ what }) => what)]).toEqual([
    "A process was ended for want of memory · 512 MB each",
    null,
    [
      "A process of web was ended for want of memory since it began: an instance may have 512 MB.",
      "web was refused new processes 12 times since it began: an instance may have 2048 with their threads.",
    ],
  ]);
});
