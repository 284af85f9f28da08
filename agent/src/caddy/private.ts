import { hostRoutes } from "./host-routes.ts";
import { confirmSocket, type ConfigPlace } from "./place.ts";
import { serve, serveErrors } from "./serve.ts";

/** What only the agent asks, over a socket: the routes of the public server, which here say what answered. */
export function privateServer(place: ConfigPlace) {
  return {
    listen: [`unix/${confirmSocket(place.dataDir)}|0600`],
    routes: hostRoutes(place, (there) => serve(there, true)),
    errors: serveErrors,
  };
}
