import { expect, test } from "vitest";
import { foundPart, logName } from "./file-name.ts";

test("a log's name says its service and what was looked for, as far as every system can have it", () => {
  const at = Date.UTC(2026, 10, 29, 10, 31, 2);
  expect([
    logName("Web", at),
    logName("web", at, foundPart("GET /orders?id=7")),
    logName("web", at, foundPart()),
    logName("..", at, foundPart("日本")),
    foundPart(`${"x".repeat(39)} y`),
  ]).toEqual(["web-2026-11-29T10-31-02.log", "web-found-get-orders-id-7-2026-11-29T10-31-02.log", "web-found-2026-11-29T10-31-02.log", "service-found-2026-11-29T10-31-02.log", `-found-${"x".repeat(39)}`]);
});
