import { handOver } from "./pinned-node.mjs"

handOver("scripts/start/build-all.ts")
