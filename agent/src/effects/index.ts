export { during, effect } from "./effect.ts";
