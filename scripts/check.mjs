import { handOver } from "./pinned-node.mjs";

handOver("test/run/check.ts");
