import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Opaque tokens that name a place in one listing; a token is good for the listing it was made for and no other. */
export interface PageTokens {
  /** `listing` is any text that tells listings apart; `state` are the numbers to find again. */
  write(listing: string, state: readonly number[]): string;
  /** undefined for a token that was not written here, or for another listing. */
  read(listing: string, token: string): readonly number[] | undefined;
}

/** Tokens sealed with a secret of their own: no client can make one up. */
export function createPageTokens(): PageTokens {
  const secret = randomBytes(32);
  const seal = (listing: string, numbers: string) =>
    createHmac('sha256', secret).update(`${numbers}\n${listing}`).digest().subarray(0, 16);
  return {
    write: (listing, state) => {
      const numbers = state.join(',');
      return Buffer.concat([seal(listing, numbers), Buffer.from(numbers)]).toString('base64url');
    },
    read: (listing, token) => {
      const bytes = Buffer.from(token, 'base64url');
      const numbers = bytes.subarray(16).toString();
      if (bytes.length <= 16 || !timingSafeEqual(bytes.subarray(0, 16), seal(listing, numbers))) return undefined;
      return numbers.split(',').map(Number);
    },
  };
}
