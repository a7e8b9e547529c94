/**
 * The URL of a file or folder that ships with the package, by its path from the package's root. This module must stay
 * two folders below the root, as the bundle is (dist/program).
 */
export const packageFile = (path: string): URL => new URL(`../../${path}`, import.meta.url);
