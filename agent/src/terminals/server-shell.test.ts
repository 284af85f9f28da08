import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openServerShell } from "./server-shell.ts";
import type { Shell } from "./shell.ts";

async function open(rows = 24, columns = 80) {
  const shell = await openServerShell(null, { rows, columns });
  const parts: string[] = [];
  // What is waited for stands at the end; all of it is looked at once.
  let end = "";
  let bytes = 0;
  shell.onData((data) => {
    const part = data.toString("latin1");
    parts.push(part);
    bytes += part.length;
    end = (end + part).slice(-4096);
  });
  return {
    shell,
    type: (line: string) => shell.write(Buffer.from(line)),
    text: () => parts.join(""),
    bytes: () => bytes,
    see: (word: string | RegExp) => expect.poll(() => end, { timeout: 200_000, interval: 20 }).toMatch(word),
  };
}
/** Split, so that the echo of the typed line is not taken for its answer. */
const say = (word: string) => `printf '%s%s\\n' ${word.slice(0, 2)} ${word.slice(2)}\n`;
const lives = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const end = async (shell: Shell) => (shell.end(), await shell.ended);

test("it is a real terminal of the given size, which can change", async () => {
  const { shell, type, see } = await open(31, 97);
  await type("stty size; tty\n");
  await see(/31 97\r\n\/dev\/pts\/\d+/);
  shell.resize(40, 120);
  await type("stty size\n");
  await see("40 120");
  await end(shell);
});

test("Ctrl+C interrupts what runs, and the shell's own exit code is told", async () => {
  const { shell, type, see } = await open();
  await type("echo begun-$((1+1)); sleep 1000\n");
  await see("begun-2");
  await sleep(200);
  await type("\u0003");
  await type(say("interrupted"));
  await see("interrupted");
  await type("exit 7\n");
  expect(await shell.ended).toBe(7);
});

test("10 MB reach a reader that is slow, whole and in order, and a stopped reader stops the program", async () => {
  const { shell, type, text, bytes, see } = await open();
  await type("stty -echo -onlcr; PS1=; echo quiet-$((1+1))\n");
  await see("quiet-2");
  const before = bytes();
  shell.pause();
  await type("seq 1000000 2428570; echo done-$((1+1))\n");
  await sleep(500);
  expect(bytes() - before).toBeLessThan(300_000);
  for (let pause = 0; pause < 20; pause += 1) {
    shell.resume();
    await sleep(5);
    shell.pause();
    await sleep(15);
  }
  shell.resume();
  await see("done-2");
  const numbers = text().slice(before).match(/^\d{7}$/gm)!;
  expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([1_428_571, "1000000", "2428570"]);
  expect(numbers.every((line, index) => Number(line) === 1_000_000 + index)).toBe(true);
  await end(shell);
}, 300_000);

test("closing it hangs up on all that is on the terminal", async () => {
  const { shell, type, see, text } = await open();
  await type("sleep 1000 & echo background:$!; sh -c 'echo front:$$; exec sleep 1000'\n");
  await see(/front:\d+\r/);
  const pids = [/background:(\d+)/, /front:(\d+)/].map((word) => Number(word.exec(text())![1]));
  expect(pids.map(lives)).toEqual([true, true]);
  await end(shell);
  await expect.poll(() => pids.map(lives)).toEqual([false, false]);
});

test("a large paste is taken as fast as the program reads it", async () => {
  const { shell, type, see } = await open();
  await type("stty -echo; PS1=; echo counts-$((1+1)); wc -c\n");
  await see("counts-2");
  await sleep(200);
  const line = `${"x".repeat(999)}\n`;
  for (let part = 0; part < 300; part += 1) await type(line);
  await type("\u0004");
  await see(/^300000\r$/m);
  await end(shell);
});
