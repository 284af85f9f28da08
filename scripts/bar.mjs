import { handOver } from "./pinned-node.mjs";

handOver("test/run/bar.ts");
