/** Which server an agent call is for. */
export const SERVER_HEADER = "x-aeroplane-server";
