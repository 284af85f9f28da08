export * from "./entities.ts";
export * from "./prepare.ts";
export * from "./ssh.ts";
export { desktopContract, SERVER_HEADER, type DesktopContract } from "./procedures.ts";
export { CREDIT_EVERY, CREDIT_HEADER, CREDIT_WINDOW, creditedLink, withReports } from "./credit.ts";
export { PORT_MESSAGE, WEB_SOCKET_PATH, WEB_SOCKET_PROTOCOL, type AeroplaneWindow } from "./window.ts";
export { secretsState, type SecretsState } from "./secrets.ts";
export { knownState, type FoundPlace, type KnownState } from "./known.ts";
export { everyPage } from "./pages.ts";
