export { createCompletion } from "./complete.ts";
export { digestOf } from "./digest.ts";
export { resolve, resolvedDigest } from "./resolve.ts";
export { checkVariableCount, sealAll } from "./seal.ts";
