/**
 * A file or folder that ships with the package, by its path from the package's root. This module must stay two folders
 * deep: so is the bundle (dist/program), and the root is found from there.
 */
export const packageFile = (path: string): URL => new URL(`../../${path}`, import.meta.url);
