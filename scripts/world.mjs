import { handOver } from "./pinned-node.mjs";

handOver("test/world/cli.ts");
