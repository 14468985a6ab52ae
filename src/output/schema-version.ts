/** The version of all JSON that is printed. It changes when a field goes or changes its meaning, not when one comes. */
export const schemaVersion = 1;
