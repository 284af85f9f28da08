export { createCompletion } from "./complete.ts";
export { digestOf } from "./digest.ts";
export { toldOf } from "./facts.ts";
export { referringServices, tellReferring, tellVariables } from "./referring.ts";
export { referableIn } from "./referable.ts";
export { prepareRename } from "./rename.ts";
export { resolve, resolvedDigest } from "./resolve.ts";
export { checkVariableCount, sealAll } from "./seal.ts";
export { writeVariables } from "./write.ts";
