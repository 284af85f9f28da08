/** What Node is told wherever an agent is started; how much young memory it is given was measured (docs/decisions/0009). */
export const NODE_WORDS = ["--max-semi-space-size=1", "--disable-warning=ExperimentalWarning"] as const;
