// A service of some releases that have said a million lines, with odd ones among them.
import { oddLines, plantedAt, type Planted } from "./planted.ts";
import type { Truth } from "./search.ts";
import type { Speaker, Stage } from "./stage.ts";

const AT_ONCE = 20_000;
/** Every so manyth line has a word that is found often. */
const OFTEN = 100;
export const MANY = "many";

export type World = {
  serviceId: string;
  truth: Truth;
  planted: Planted[];
  /** Of each release, the times between which its clock was an hour behind, as said by its lines. */
  setBack: { from: number; until: number }[];
  /** Lines said, the odd ones not counted. */
  said: number;
  live: Speaker;
};

/** Short lines, so that all of a release fits into what the engine keeps: 71 bytes and the text, of 30 MB at the most. */
const lineOf = (release: number, index: number) => `${release}.${String(index).padStart(7, "0")}${index % OFTEN === 0 ? ` ${MANY}` : ""}\n`;

export async function fillWorld(stage: Stage, { lines, releases }: { lines: number; releases: number }): Promise<World> {
  const { say } = stage.context;
  const serviceId = await stage.service("million");
  const each = Math.ceil(lines / releases);
  const odd = oddLines();
  const planted = [...odd];
  const truth: Truth = [];
  const setBack: World["setBack"] = [];
  let live: Speaker | undefined;
  for (let release = 1; release <= releases; release++) {
    const begun = performance.now();
    live = await stage.deploy(serviceId);
    const deployed = performance.now();
    const edge = [plantedAt(`the first of release ${release}`), plantedAt(`the last of release ${release}`)] as const;
    planted.push(...edge);
    await live.mouth().say(edge[0].bytes);
    const own = odd.filter((_, index) => index % releases === release - 1);
    for (let from = 0; from < each; from += AT_ONCE) {
      const to = Math.min(each, from + AT_ONCE);
      await live.mouth().say(Array.from({ length: to - from }, (_, index) => lineOf(release, from + index)).join(""));
      for (const { bytes, stream } of own.splice(0, Math.ceil(own.length / Math.max(1, (each - to) / AT_ONCE)))) await live.mouth().say(bytes, stream);
    }
    await live.mouth().say(edge[1].bytes);
    await live.settle();
    if (release > 1) {
      const [from, to] = [Math.floor(each * 0.4), Math.floor(each * 0.45)];
      await live.setBack(from, to);
      const stamps = (await live.kept()).map(({ stamp }) => Date.parse(stamp));
      const least = Math.min(...stamps.slice(0, 10), stamps.at(-1)!);
      const early = stamps.filter((at) => at < least);
      setBack.push({ from: early.reduce((a, b) => Math.min(a, b)), until: early.reduce((a, b) => Math.max(a, b)) + 1 });
    }
    truth.push({ release: live.release, lines: await live.kept() });
    say(`release ${release}: deployed in ${((deployed - begun) / 1000).toFixed(1)} s, ${truth.at(-1)!.lines.length} lines kept after ${((performance.now() - deployed) / 1000).toFixed(1)} s`);
  }
  return { serviceId, truth, planted, setBack, said: each * releases, live: live! };
}
