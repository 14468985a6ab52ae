/** The processor time of all children that have ended. Node tells it of itself only; Linux keeps it in /proc. */
import { readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** Seconds, of children and theirs. */
export function processorTime(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The name in brackets may hold spaces; user and system time of children are fields 16 and 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}
