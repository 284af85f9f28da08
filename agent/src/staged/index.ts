export { aspectOf } from "./aspects.ts";
export { deployStaged, stagedGroupOf } from "./deploy.ts";
export { refuseUnreadable, stageEdits } from "./edit.ts";
export { mustFindRows } from "./found.ts";
export { planOf, type Plan } from "./plan.ts";
export { settleStaged } from "./settle.ts";
export { showDifferences, showRows } from "./show.ts";
export { tellStaged } from "./tell.ts";
export { stagedWords } from "./words.ts";
