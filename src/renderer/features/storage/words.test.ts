import { expect, test } from "vitest";
import { draftOf, settingsOf, wrongIn } from "./words.ts";

test("what is set comes back as it was set, and an empty field is the server's to decide", () => {
  const settings = { releases: 7, imagesBytes: 20 * 1024 ** 3, cacheBytes: 512 * 1024 ** 2, logsBytes: null, freeBytes: 0 };
  expect(draftOf(settings)).toEqual({ releases: "7", imagesBytes: "20", cacheBytes: "0.5", logsBytes: "", freeBytes: "0" });
  expect(settingsOf(draftOf(settings))).toEqual(settings);
});

test("what is no figure is told at its field", () => {
  const draft = draftOf({ releases: 5, imagesBytes: null, cacheBytes: null, logsBytes: null, freeBytes: null });
  expect(wrongIn({ ...draft, cacheBytes: "1,5" })).toEqual({});
  expect(Object.keys(wrongIn({ ...draft, releases: "0", cacheBytes: "much", logsBytes: "-1", freeBytes: "1e9" }))).toEqual(["releases", "cacheBytes", "logsBytes", "freeBytes"]);
  expect(Object.keys(wrongIn({ ...draft, releases: "51" }))).toEqual(["releases"]);
});
