/** Findings that are put on paper: more than so many no browser lays out in pages in a time that anybody waits. */
export const PRINTED = 3000;
