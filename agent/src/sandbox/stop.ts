/** Why signals are aborted when the agent is asked to end: what can go on without it is left to go on. */
export class AgentStops extends Error {
  constructor() {
    super("The agent stops");
    this.name = "AgentStops";
  }
}

export const agentStops = (signal: AbortSignal): boolean => signal.aborted && signal.reason instanceof AgentStops;
