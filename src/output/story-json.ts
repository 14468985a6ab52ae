/** The story of a job for programs; the rows are those of the database. */
import type { JobStory } from '../reports/job-story.ts';
import { toJson } from './escape.ts';
import { schemaVersion } from './schema-version.ts';

export function storyJson(story: JobStory): string {
  return `${toJson({ schema_version: schemaVersion, ...story }, 2)}\n`;
}
