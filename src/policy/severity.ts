/** Worst first. In a file of its own: the command line names severities without loading a schema. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];
