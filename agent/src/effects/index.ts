export { during, effect } from "./effect.ts";
export { filesOf, syncFilesOf } from "./files.ts";
