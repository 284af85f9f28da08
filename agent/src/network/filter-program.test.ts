import { expect, test } from "vitest";
import { runFilterProgram } from "./filter-program.ts";
import { remembered } from "./remembered.ts";

const run = (program: string, args: string[], mostMs?: number) => runFilterProgram(program as "iptables", args, "", mostMs);

test("one that is not there is told apart from one that said no, and from one that was not heard", async () => {
  expect([(await run("no-program-of-this-name", [])).code, (await run("false", [])).code]).toEqual([null, 1]);
  await expect(run("sleep", ["600"], 20)).rejects.toThrow("before it had answered");
});

test("what was not answered is asked again, what was is not", async () => {
  const answers = [() => Promise.reject(new Error("not heard")), async () => true, async () => false];
  const can = remembered(() => answers.shift()!());
  await expect(can()).rejects.toThrow("not heard");
  expect([await can(), await can(), answers.length]).toEqual([true, true, 1]);
});
