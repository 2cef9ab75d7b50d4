import { describe, expect, it } from 'vitest';
import { account, devAccount, development, estateOf, production } from '../emulator/small-estate.ts';
import { type Asking, collected } from './collected.ts';

const ACCOUNTS = 'microsoft.storage/storageaccounts';
const SUBSCRIPTIONS = 'microsoft.resources/subscriptions';
const wanted = [{ table: 'resources', type: ACCOUNTS }];

interface Answer {
  readonly data: readonly { readonly id: string; readonly type: string }[];
  readonly totalRecords: number;
}

/** Changes what Resource Graph answers to the query for accounts, or to the one for subscriptions. */
const changing =
  (type: string, change: (answer: Answer) => unknown): NonNullable<Asking['tamper']> =>
  (url, body) => {
    const answer = body as Answer | null;
    const isMeant = url.pathname.endsWith('/resources') && answer?.data?.[0]?.type === type;
    return isMeant ? change(answer) : undefined;
  };

describe('an answer of Resource Graph', () => {
  it.each([
    ['with fewer rows than it counts', (answer: Answer) => ({ ...answer, data: answer.data.slice(1) }), 'truncated'],
    ['with more rows than it counts', (answer: Answer) => ({ ...answer, totalRecords: 1 }), 'truncated'],
    [
      'with a row twice in place of another',
      (answer: Answer) => ({ ...answer, data: [answer.data[0], ...answer.data.slice(0, -1)] }),
      'truncated',
    ],
    ['that says it is truncated', (answer: Answer) => ({ ...answer, resultTruncated: 'true' }), 'truncated'],
    ['without rows', (answer: Answer) => ({ ...answer, data: undefined }), 'failed'],
    ['without a count', (answer: Answer) => ({ ...answer, totalRecords: undefined }), 'failed'],
  ])('%s is no complete one', async (_, change, outcome) => {
    const gave = await collected({ estate: estateOf(), wanted, tamper: changing(ACCOUNTS, change) });
    expect(new Set(gave.reads(ACCOUNTS).map((read) => read.outcome))).toEqual(new Set([outcome]));
    expect(gave.errors(ACCOUNTS)).toHaveLength(2);
  });

  it('that leaves a subscription out which Resource Manager shows makes every read there a failed one', async () => {
    const hide = ({ data, ...answer }: Answer) => {
      const shown = data.filter(({ id }) => !id.endsWith(development));
      return { ...answer, data: shown, totalRecords: shown.length };
    };
    const gave = await collected({ estate: estateOf(), wanted, tamper: changing(SUBSCRIPTIONS, hide) });
    expect(gave.reads(ACCOUNTS)).toMatchObject([
      { scope: `/subscriptions/${production}`, outcome: 'ok' },
      { scope: `/subscriptions/${development}`, outcome: 'failed' },
    ]);
    expect(gave.errors(ACCOUNTS)).toMatchObject([{ code: 'NotInResourceGraph' }]);
  });
});

describe('when Resource Graph does not say which subscriptions it shows', () => {
  const faults = ['POST **/Microsoft.ResourceGraph/resources:403x1'];

  it('a subscription without any row may be hidden: what was read there counts as failed', async () => {
    const without = ({ data, ...answer }: Answer) => {
      const left = data.filter(({ id }) => id.toLowerCase() !== devAccount.toLowerCase());
      return { ...answer, data: left, totalRecords: left.length };
    };
    const tamper = changing(ACCOUNTS, without);
    const gave = await collected({ estate: estateOf(), wanted, faults, tamper });
    expect(gave.reads(ACCOUNTS)).toMatchObject([
      { scope: `/subscriptions/${production}`, outcome: 'ok' },
      { scope: `/subscriptions/${development}`, outcome: 'failed' },
    ]);
    expect(gave.errors(ACCOUNTS)[0]?.message).toMatch(/could not be asked/);
  });

  it('a subscription with a row is shown', async () => {
    const gave = await collected({ estate: estateOf(), wanted, faults });
    expect(gave.reads(ACCOUNTS).map((read) => read.outcome)).toEqual(['ok', 'ok']);
    expect(gave.reads(SUBSCRIPTIONS).map((read) => read.outcome)).toContain('denied');
    expect([...gave.snapshot.rows('resources')].map((row) => row.id)).toContain(account);
  });
});
