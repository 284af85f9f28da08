/** What src/preload hands to the page in Electron; absent in a browser. */
export type AeroplaneWindow = {
  /** Answers with a window message whose data is PORT_MESSAGE and whose first port carries the contract. */
  requestPort(): void;
  pathOf(file: File): string;
};
export const PORT_MESSAGE = "aeroplane-port";
/** Where the web host listens for the contract, and the subprotocols to offer: the word, and the word with the token. */
export const WEB_SOCKET_PATH = "/rpc";
export const WEB_SOCKET_PROTOCOL = "aeroplane";
