export * from "./entities.ts";
export { desktopContract, SERVER_HEADER, type DesktopContract } from "./procedures.ts";
