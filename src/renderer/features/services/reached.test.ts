import { expect, test } from "vitest";
import { reachedLine, reachedWords } from "./reached.ts";

test("each limit that was reached is said with what it is and what to do; one of a newer agent by its own name", () => {
  const service = { name: "web", reached: [{ what: "memory", limit: "512 MB", count: 1 }, { what: "processes", limit: "2048", count: 12 }, { what: "open files", limit: "1024", count: 2 }] };
  expect([reachedLine(service), reachedLine({ name: "web", reached: undefined }), reachedWords(service).map(({ what }) => what)]).toEqual([
    "A process was ended for want of memory · 512 MB each",
    null,
    [
      "A process of web was ended for want of memory since it began: an instance may have 512 MB.",
      "web was refused new processes 12 times since it began: an instance may have 2048 with their threads.",
      "web reached its limit of open files 2 times since it began: 1024.",
    ],
  ]);
});
