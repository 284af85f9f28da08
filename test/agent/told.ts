// Programs whose containers are told when to act: a time would be another one on each machine.
import { tryDocker } from "../world/docker.ts";

const FILE = "/tmp/told";

/** Code of an app that does so from the moment on at which its container is told to, also in each of its next lives. */
export const whenTold = (code: string) => `setInterval(() => { if (require("fs").existsSync("${FILE}")) { ${code} } }, 100)`;

/** Code of an app that does so at once in its first life, and in each later one of its container when that is told to. */
export const laterWhenTold = (code: string) =>
  `const fs = require("fs"); const act = () => { ${code} }; if (fs.existsSync("/tmp/lived")) { const wait = setInterval(() => { if (fs.existsSync("${FILE}")) { clearInterval(wait); act() } }, 50) } else { fs.writeFileSync("/tmp/lived", ""); act() }`;

/** Tells a container; the exit code is not 0 where its process ends of it, or does not run yet. */
export const tell = async (container: string) => (await tryDocker(["exec", container, "touch", FILE])).code;
