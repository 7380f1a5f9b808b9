/** Monaco's worker formats documents only for a command that `monaco.ts` leaves out; here it would leave them as they are. */
export const format = async (document: string): Promise<string> => document;
