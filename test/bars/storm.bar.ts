// A server comes and goes: nobody is asked, no line is lost, nothing is done twice, and it is back as soon as it can be.
import { bar } from "./frame.ts";
import { longForm } from "./storm/long.ts";
import { shortForm } from "./storm/short.ts";

/** `AEROPLANE_STORM_MINUTES` makes the long form shorter. */
const minutes = Number(process.env.AEROPLANE_STORM_MINUTES ?? 30);

export default bar({
  name: "storm",
  minutes: minutes + 20,
  run: (context) => (context.short ? shortForm(context) : longForm(context, minutes)),
});
