/** Of what goes with a service or an environment: nothing, or one line. */
export const stagedWords = (count: number): string[] => (count === 0 ? [] : [count === 1 ? "1 staged change" : `${count} staged changes`]);
