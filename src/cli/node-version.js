// Which Node the arena needs. Plain JavaScript that any Node of the last ten years can read, because it runs before anything else.

/** From here on Node runs TypeScript as it is. */
const needed = [22, 18];

/** Null when this Node will do, else what to do. */
export function versionProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return null;
  return [
    `Agent Arena needs Node ${needed.join('.')} or later; this is Node ${version}.`,
    'In a checkout, "npm start" and "npm run arena -- <command>" use the Node that "npm ci" has installed;',
    'elsewhere install a newer one from https://nodejs.org.',
  ].join('\n');
}
