// Sample of a site with a build: reads src, writes dist.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const release = readFileSync("release.txt", "utf8").trim();
console.log(`building release ${release}`);
mkdirSync("dist", { recursive: true });
writeFileSync(
  "dist/index.html",
  readFileSync("src/index.html", "utf8").replace("{{release}}", release),
);
writeFileSync("dist/release.txt", `${release}\n`);
