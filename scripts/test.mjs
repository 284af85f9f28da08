import { handOver } from "./pinned-node.mjs";

handOver("test/run/main.ts");
