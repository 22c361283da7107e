/** Null when this Node will do, else what to do. */
export function versionProblem(version: string): string | null;
