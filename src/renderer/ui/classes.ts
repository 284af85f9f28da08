/** Of every page that is a column of facts, so that going from one to the next moves nothing. */
export const pageWidth = "mx-auto w-full max-w-[860px]";

/** Joins class names, leaving out what does not apply. */
export const classes = (...names: (string | false | null | undefined)[]) => names.filter(Boolean).join(" ");
