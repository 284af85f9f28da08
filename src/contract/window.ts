/** What src/preload hands to the page in Electron; absent in a browser. */
export type AeroplaneWindow = {
  pathOf(file: File): string;
  /** After too many deaths of the services: a person's wish. */
  startServices(): Promise<void>;
};

/** How the desktop services stand that run beside Electron's main process. `why`: what they said last, if anything. */
export type ServicesState = { state: "starting" } | { state: "running" } | { state: "stopped"; why: string | null };

/** The page's own window sends it this, with a port that carries the contract: one at its start, one after each start of the services. */
export const PORT_MESSAGE = "aeroplane:port";
/** And this as `type`, with a ServicesState. */
export const SERVICES_MESSAGE = "aeroplane:services";
/** The same between preload and main. */
export const PORT_CHANNEL = "port";
export const SERVICES_CHANNEL = "services";
export const START_CHANNEL = "start-services";
export const LINK_CHANNEL = "link";

/** Where the web host listens for the contract, and the subprotocols to offer: the word, and the word with the token. */
export const WEB_SOCKET_PATH = "/rpc";
export const WEB_SOCKET_PROTOCOL = "aeroplane";
/** Where a page gives a code that is good once (in this header, by POST) for the token. */
export const WEB_SESSION_PATH = "/session";
export const WEB_CODE_HEADER = "x-aeroplane-code";
/** How a link of the system to a page of the app begins; its path is an address of the window. */
export const LINK_PREFIX = "aeroplane://open";
/** Characters; no address of ours comes near it. */
export const LONGEST_ADDRESS = 2000;
/** The page's own window sends it a message of this type, with the path of a link that was opened. */
export const LINK_MESSAGE = "aeroplane:link";
/** Where a page asks by POST, with the token in this header, for what it shows first; the id of the server that it looks at follows the path. */
export const FIRST_LOOK_PATH = "/first-look/";
export const WEB_TOKEN_HEADER = "x-aeroplane-token";
