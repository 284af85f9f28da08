// Sample worker: no port, a line now and then. MODE=exit ends it at once, MODE=crash after a moment.
import { readFileSync } from "node:fs";

const release = readFileSync(new URL("release.txt", import.meta.url), "utf8").trim();
let ticks = 0;
console.log(`worker ${release} starts`);
if (process.env.MODE === "exit") process.exit(4);
if (process.env.MODE === "crash")
  setTimeout(() => process.exit(5), Number(process.env.CRASH_AFTER ?? 500));
const timer = setInterval(
  () => console.log(`worker ${release} tick ${++ticks}`),
  Number(process.env.EVERY ?? 500),
);
process.on("SIGTERM", () => {
  clearInterval(timer);
  console.log(`worker ${release} stops`);
  process.exit(0);
});
