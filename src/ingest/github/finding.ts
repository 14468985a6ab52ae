/** One thing that `buildlog doctor` has found out. */
export interface Finding {
  readonly state: 'good' | 'bad' | 'note';
  readonly text: string;
}
