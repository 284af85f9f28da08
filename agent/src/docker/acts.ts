/** One thing that is asked of the engine. */
export type Act = {
  /** Of what changes something: its name among the effects. Null: it only reads. */
  effect: string | null;
  /** In a sentence: "Docker did not answer within 60 s when asked to start a container". */
  words: string;
  /** How long it may take in all; null: as long as it likes while the engine answers at all. */
  seconds: number | null;
  /** Of a stream that must not stand still: so long between two parts. */
  idleSeconds?: number;
  /** It waits for what may never happen: that nothing comes is no reason to ask whether the engine is there. */
  patient?: boolean;
};

type Query = Record<string, unknown> | undefined;
type Row = Omit<Act, "seconds"> & { method: string; path: RegExp; seconds: number | null | ((query: Query) => number | null) };

/** Reading is quick everywhere; only an engine whose disk is very busy takes seconds. */
const READ_SECONDS = 30;
/** What the engine itself needs after the grace of a container has passed. */
const STOP_SLACK_SECONDS = 30;
/** What it grants when nobody says. */
const STOP_SECONDS = 10;

const change = (method: string, path: RegExp, effect: string, words: string, seconds: Row["seconds"]): Row => ({ method, path, effect: `docker.${effect}`, words, seconds });
const read = (path: RegExp, words: string, seconds: Row["seconds"] = READ_SECONDS): Row => ({ method: "GET", path, effect: null, words, seconds });

/** Everything that the agent asks of Docker. What changes something and is not listed here is refused. */
const ACTS: readonly Row[] = [
  change("POST", /^\/containers\/create$/, "container.create", "make a container", 120),
  change("POST", /^\/containers\/[^/]+\/start$/, "container.start", "start a container", 120),
  change("POST", /^\/containers\/[^/]+\/update$/, "container.update", "change a container", 60),
  change("POST", /^\/containers\/[^/]+\/stop$/, "container.stop", "stop a container", (query) => Number(query?.t ?? STOP_SECONDS) + STOP_SLACK_SECONDS),
  change("POST", /^\/containers\/[^/]+\/kill$/, "container.kill", "kill a container", 60),
  change("DELETE", /^\/containers\/[^/]+$/, "container.remove", "remove a container", 120),
  { method: "POST", path: /^\/containers\/[^/]+\/wait$/, effect: null, words: "tell when a container ends", seconds: null },
  change("POST", /^\/containers\/[^/]+\/exec$/, "exec.create", "prepare a command in a container", 60),
  change("POST", /^\/exec\/[^/]+\/start$/, "exec.start", "run a command in a container", 60),
  change("POST", /^\/exec\/[^/]+\/resize$/, "exec.resize", "resize a terminal", READ_SECONDS),
  // An effect of pull.ts: it lasts as long as its stream does.
  { method: "POST", path: /^\/images\/create$/, effect: null, words: "pull an image", seconds: null },
  change("POST", /^\/images\/.+\/tag$/, "image.tag", "name an image", 60),
  change("DELETE", /^\/images\/.+$/, "image.untag", "remove an image", 300),
  change("POST", /^\/networks\/create$/, "network.create", "make a network", 120),
  change("DELETE", /^\/networks\/[^/]+$/, "network.remove", "remove a network", 120),
  change("POST", /^\/volumes\/create$/, "volume.create", "make a volume", 120),
  change("DELETE", /^\/volumes\/[^/]+$/, "volume.remove", "remove a volume", 120),
  change("POST", /^\/build\/prune$/, "build.prune", "empty the build cache", null),
  { ...read(/^\/events$/, "tell what happens", null), patient: true },
  read(/^\/containers\/[^/]+\/logs$/, "show the output of a container", null),
  // What each has written is counted file by file.
  read(/^\/containers\/json$/, "list the containers", (query) => (query?.size ? 120 : READ_SECONDS)),
  read(/^\/containers\/[^/]+\/json$/, "show a container"),
  read(/^\/images\/json$/, "list the images"),
  read(/^\/images\/.+\/json$/, "show an image"),
  read(/^\/networks(\/[^/]+)?$/, "show its networks"),
  read(/^\/volumes$/, "list the volumes"),
  read(/^\/volumes\/[^/]+$/, "show a volume"),
  read(/^\/system\/df$/, "tell what takes space", 120),
  read(/^\/_ping$/, "say that it is there"),
];

export type Call = { method: string; path: string; options?: Query; isStream?: boolean; abortSignal?: AbortSignal };

export function actOf({ method, path, options }: Call): Act {
  const bare = path.replace(/\?.*$/, "");
  const found = ACTS.find((row) => row.method === method && row.path.test(bare));
  if (found === undefined && method !== "GET") throw new Error(`Docker is asked for something that is not in the table of acts: ${method} ${bare}`);
  const { effect, words, seconds, patient } = found ?? read(/^/, "tell about itself");
  const act: Act = { effect, words, seconds: typeof seconds === "function" ? seconds(options) : seconds, patient };
  if (!bare.endsWith("/logs")) return act;
  // The output that there is comes at once; only output that is still to be said may be waited for.
  return options?.follow === true ? { ...act, patient: true } : { ...act, idleSeconds: READ_SECONDS };
}
