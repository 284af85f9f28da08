export * from "./entities.ts";
export * from "./prepare.ts";
export * from "./ssh.ts";
export { desktopContract, type DesktopContract } from "./procedures.ts";
export { SERVER_HEADER } from "./headers.ts";
export { CREDIT_EVERY, CREDIT_HEADER, CREDIT_WINDOW, creditedLink, withReports } from "./credit.ts";
export {
  FIRST_LOOK_PATH,
  LINK_MESSAGE,
  LINK_PREFIX,
  LONGEST_ADDRESS,
  PORT_MESSAGE,
  SERVICES_MESSAGE,
  WEB_CODE_HEADER,
  WEB_SESSION_PATH,
  WEB_SOCKET_PATH,
  WEB_SOCKET_PROTOCOL,
  WEB_TOKEN_HEADER,
  type AeroplaneWindow,
  type ServicesState,
} from "./window.ts";
export type { FirstLook } from "./first-look.ts";
export { afterChanges, type ServerChanges } from "./server-changes.ts";
export { secretsState, type SecretsState } from "./secrets.ts";
export { knownState, type FoundPlace, type KnownState, type Outcome } from "./known.ts";
export { OFFER_HEADER, RAW_WEB_PATH, SLICE, SLICE_HEADER, type LogOf, type Offer, type Transfer } from "./transfers.ts";
export { everyPage } from "./pages.ts";
