/** The names of the help topics; apart from their texts, so that no command pays for them. */
export const topicSummaries = {
  'exit-codes': 'what the program ends with',
  environment: 'the variables it reads',
  patterns: 'what is known about failures, and how to add to it',
  statistics: 'what the numbers of the reports mean',
  schema: 'the views of the database, for SQL',
  json: 'the fields of all JSON that is printed',
  nightly: 'an ingest every night: cron, systemd, a workflow',
  'rerun-gate': 'a workflow that re-runs infra failures, once',
} as const;

export type Topic = keyof typeof topicSummaries;

export function isTopic(name: string): name is Topic {
  return Object.hasOwn(topicSummaries, name);
}
