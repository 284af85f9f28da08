/** What src/preload hands to the page in Electron; absent in a browser. */
export type AeroplaneWindow = {
  pathOf(file: File): string;
};
/** The page's own window sends it this, with the port that carries the contract. */
export const PORT_MESSAGE = "aeroplane:port";
/** Where the web host listens for the contract, and the subprotocols to offer: the word, and the word with the token. */
export const WEB_SOCKET_PATH = "/rpc";
export const WEB_SOCKET_PROTOCOL = "aeroplane";
