export { endLeftShells, openContainerShell } from "./container-shell.ts";
export { createTerminals, type Holder, type Terminals } from "./room.ts";
export { openServerShell } from "./server-shell.ts";
