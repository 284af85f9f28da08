/** One row of the table; words in braces are filled in from the values that were thrown with the code. */
export type ErrorEntry = {
  /** HTTP status used on the wire. */
  status: number;
  /** Whether the same act may succeed when tried again unchanged. */
  retry: boolean;
  /** What happened, naming the offending value. */
  message: string;
  /** What to do now. */
  next: string;
};
