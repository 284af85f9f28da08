// A terminal over the real way: window, WebSocket, desktop, SSH, agent, shell. Cut in the middle it loses nothing; a flood
// neither grows memory nor holds up Ctrl+C; the long form prints what a key and a megabyte cost.
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { hasSshd, startSshd } from "../contract/sshd.ts";
import { ownedFolder } from "../world/folder.ts";
import { startAgentProcess } from "./agent-process.ts";
import { bar } from "./frame.ts";
import { onServer } from "./terminal/server.ts";
import { openTypist, type Typist } from "./terminal/typist.ts";
import { openWay, type Agent } from "./terminal/way.ts";

const LINES = 400_000;
const ECHO_TRIES = 300;
const FLOOD_MS = 2000;
/** In the short form: on a busy machine the key itself takes its time, in which the flood goes on. */
const BUSY_AFTER = 16 * 1024 ** 2;
/** The agent keeps at most a ring of 1 MiB and one window on its way. */
const MOST_GROWTH = 24 * 1024 ** 2;

export default bar({
  name: "terminal",
  minutes: 10,
  run: async (context) => {
    const { short, say, cleanup } = context;
    if (!hasSshd) return { ok: true, figure: "terminal: not measured, there is no sshd" };
    const folder = await ownedFolder("terminal");
    cleanup(() => rm(folder, { recursive: true, force: true }));
    const agent = await startAgentProcess(context);
    const sshd = await startSshd(join(folder, "sshd"));
    cleanup(sshd.stop);
    const way = await openWay(sshd, join(agent.dataDir, "agent.sock"), folder);
    cleanup(way.close);
    const wrong: string[] = [];
    const check = (what: string, right: boolean, figure: unknown) => {
      say(`${right ? "ok   " : "WRONG"} ${what}: ${String(figure)}`);
      if (!right) wrong.push(what);
    };

    const typist = await openTypist(() => way.window);
    await prepare(typist);
    const cuts = await cutInTheMiddle(typist, way.cut, short ? 3 : 20);
    check(`${LINES} lines over ${cuts.cuts} cuts of SSH are whole and in order`, cuts.whole, `${cuts.bytes} bytes, ${typist.aways()} reconnections`);
    check("keys typed across a cut arrive once and in order", await typedAcrossACut(typist, way.cut), "once");

    const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${agent.pid()}/status`, "utf8"))![1]) * 1024;
    const flood = await floodAndStop(typist, resident);
    // Beside others it measures their needs, too: there it is only said.
    if (short) say(`      a flood with a slow reader adds ${mb(flood.growth)} MB to the agent`);
    else check("a flood with a slow reader does not grow the agent", flood.growth < MOST_GROWTH, `${mb(flood.growth)} MB more`);
    check("what is still on its way at Ctrl+C is bounded", flood.after < (short ? BUSY_AFTER : 1024 * 1024), `${flood.after} bytes after the key`);
    say(`      Ctrl+C ends it after ${Math.round(flood.ms)} ms`);

    let figure = `${cuts.cuts} cuts, 0 bytes lost; a flood adds ${mb(flood.growth)} MB to the agent, Ctrl+C ends it after ${Math.round(flood.ms)} ms`;
    if (!short) {
      const [direct, raw] = [await openTypist(way.overSsh), await rawEcho(way.openSocket, folder, cleanup)];
      await prepare(direct);
      for (const one of [direct, typist]) await echoing(one);
      const echo = { raw: [] as number[], call: [] as number[], ssh: [] as number[], window: [] as number[] };
      const call = async () => {
        const from = performance.now();
        await way.window.instance.hello({});
        return performance.now() - from;
      };
      // Turn by turn, so that a busy moment of the machine meets all three alike.
      for (let turn = 0; turn < ECHO_TRIES; turn += 1) {
        echo.raw.push(await raw());
        echo.call.push(await call());
        echo.ssh.push(await direct.echo("x"));
        echo.window.push(await typist.echo("x"));
      }
      await typist.close();
      await direct.close();
      const speed = { ssh: await throughput(way.overSsh), window: await throughput(() => way.window) };
      for (const [name, times] of Object.entries(echo)) say(`      ${words[name as keyof typeof echo]}: median ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms`);
      say(`      output over SSH ${speed.ssh} MB/s, to the window ${speed.window} MB/s`);
      figure += `; key to echo ${at(echo.window, 0.5)} ms (over SSH alone ${at(echo.ssh, 0.5)}, a small call ${at(echo.call, 0.5)}, a bare channel ${at(echo.raw, 0.5)}); ${speed.window} MB/s`;
      await onServer(context, check);
    } else await typist.close();
    return { ok: wrong.length === 0, figure: `terminal: ${figure}${wrong.length > 0 ? `; WRONG: ${wrong.join(", ")}` : ""}` };
  },
});

const words = { raw: "bare channel, there and back", call: "small call of the window", ssh: "key to echo over SSH", window: "key to echo in the window" };
const mb = (bytes: number) => (bytes / 1024 ** 2).toFixed(1);
const at = (times: number[], share: number) => times.toSorted((one, other) => one - other)[Math.floor(times.length * share)]!.toFixed(2);

/** No prompt and no echo of commands in what is compared. */
async function prepare(typist: Typist): Promise<void> {
  typist.type(`exec sh\nstty -echo -onlcr; PS1=; echo ready-${typist.token.slice(0, 2)}-$((1+1))\n`);
  await typist.see(`ready-${typist.token.slice(0, 2)}-2`);
  typist.forget();
}

/** The terminal itself echoes: what is measured is the way, not a shell's line editor. */
async function echoing(typist: Typist): Promise<void> {
  typist.forget();
  typist.keepAll(true);
  typist.type("stty echo; echo cat-$((1+1)); exec cat\n");
  await typist.see("cat-2");
  await new Promise((resolve) => setTimeout(resolve, 300));
}

async function cutInTheMiddle(typist: Typist, cut: () => Promise<void>, cuts: number) {
  typist.forget();
  typist.type(`seq 1 ${LINES}; echo over-$((1+1))\n`);
  const wanted = Array.from({ length: LINES }, (_, line) => `${line + 1}\n`).join("");
  for (let one = 1; one <= cuts; one += 1) {
    await typist.see(`\n${Math.floor((LINES / (cuts + 1)) * one)}\n`);
    await cut();
  }
  await typist.see("over-2", 300_000);
  return { cuts, bytes: typist.text().length, whole: typist.text().replace("over-2\n", "") === wanted };
}

async function typedAcrossACut(typist: Typist, cut: () => Promise<void>): Promise<boolean> {
  typist.forget();
  const letters = Array.from({ length: 200 }, (_, key) => String.fromCharCode(97 + (key % 26)));
  typist.type("read line; echo typed:$line:\n");
  const cutting = new Promise<void>((resolve) => setTimeout(() => void cut().then(resolve), 40));
  for (const letter of letters) {
    typist.type(letter);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await cutting;
  typist.type("\n");
  await typist.see(":\n");
  return typist.text().includes(`typed:${letters.join("")}:`);
}

async function floodAndStop(typist: Typist, resident: () => number) {
  typist.keepAll(false);
  const before = resident();
  let most = before;
  typist.slower(5);
  typist.type("yes 'a line of a flood that nobody can read as fast as it comes'\n");
  for (let looks = 0; looks < FLOOD_MS / 100; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    most = Math.max(most, resident());
  }
  typist.slower(0);
  const [from, bytes] = [performance.now(), typist.bytes()];
  typist.type(`\u0003echo calm-$((1+1))\n`);
  await typist.see("calm-2");
  return { growth: most - before, after: typist.bytes() - bytes, ms: performance.now() - from };
}

/** A byte there and back through a socket on the server: what any terminal over this connection costs at least. */
async function rawEcho(openSocket: (path: string) => Promise<import("node:stream").Duplex>, folder: string, cleanup: (work: () => void) => void) {
  const path = join(folder, "echo.sock");
  const server = createServer((socket) => socket.pipe(socket)).listen(path);
  cleanup(() => void server.close());
  const channel = await openSocket(path);
  cleanup(() => void channel.destroy());
  return async () => {
    const from = performance.now();
    const back = new Promise((resolve) => channel.once("data", resolve));
    channel.write("x");
    await back;
    return performance.now() - from;
  };
}

async function throughput(agent: () => Agent): Promise<string> {
  const typist = await openTypist(agent);
  await prepare(typist);
  typist.keepAll(false);
  const [from, bytes] = [performance.now(), typist.bytes()];
  typist.type("head -c 30000000 /dev/zero | base64 -w 100; echo done-$((1+1))\n");
  await typist.see("done-2", 120_000);
  const speed = ((typist.bytes() - bytes) / 1e6 / ((performance.now() - from) / 1000)).toFixed(1);
  await typist.close();
  return speed;
}
