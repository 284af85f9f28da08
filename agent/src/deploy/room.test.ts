import { expect, test } from "vitest";
import { toProblem } from "../../contract/index.ts";
import { judgeRoom, leastAlone } from "./room.ts";

const MB = 1024 ** 2;
const said = (free: number, inodes: number | null, needed: number): string | null => {
  try {
    judgeRoom({ name: "web" }, { path: "/var/lib/docker", free, inodes }, needed);
    return null;
  } catch (error) {
    const { code, message } = toProblem(error);
    return `${code}: ${message}`;
  }
};

test("a deployment that would not fit is refused with both figures", () => {
  expect(said(80 * MB, 90_000, 120 * MB)).toBe("DISK_WOULD_NOT_FIT: web would not fit on the disk under /var/lib/docker: 80 MB are free, 120 MB are needed.");
  expect(said(800 * MB, 499, 0)).toBe("DISK_WOULD_NOT_FIT: web would not fit on the disk under /var/lib/docker: 499 inodes are free, 500 inodes are needed.");
});

test("what is not known, and what just fits, is not refused", () => {
  expect([said(0, null, 0), said(120 * MB, 500, 120 * MB), said(1, null, 0)]).toEqual([null, null, null]);
});

test("needed is the least that one of several images holds alone; of one it is not known what the next shares with it", () => {
  expect([leastAlone([]), leastAlone([{ size: 900, shared: 0 }]), leastAlone([{ size: 900, shared: 300 }, { size: 400, shared: 300 }])]).toEqual([0, 0, 100]);
});
